# Completion of peta for bash; printed by 'peta completion bash'.
_peta() {
    local -a reply
    local peta=${COMP_WORDS[0]/#\~\//$HOME/}
    type -P -- "$peta" >/dev/null || peta=peta
    mapfile -t reply < <("$peta" complete-words bash --breaks "$COMP_WORDBREAKS" -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    COMPREPLY=()
    case ${reply[0]-} in
        words) COMPREPLY=("${reply[@]:1}") ;;
        files) compopt -o bashdefault -o default ;;
    esac
}
complete -F _peta peta
