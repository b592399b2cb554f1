/// What the shells of the system load. They ask `peta` itself at each Tab, so that all of them offer the same, live names too.
enum CompletionScripts {
    static let bash = #"""
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

        """#

    static let zsh = #"""
        #compdef peta
        # Completion of peta for zsh; printed by 'peta completion zsh'.
        _peta() {
            local peta=${~words[1]} line
            local -i width=0
            local -a reply names shown
            (( $+commands[$peta] )) || [[ -x $peta ]] || peta=peta
            reply=("${(@f)$("$peta" complete-words zsh -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
            case $reply[1] in
                words)
                    names=("${(@)reply[2,-1]%%$'\t'*}")
                    for line in $names; do (( width = $#line > width ? $#line : width )); done
                    for line in "${(@)reply[2,-1]}"; do
                        [[ $line == *$'\t'* ]] && line="${(mr:width:)line%%$'\t'*}  -- ${line#*$'\t'}"
                        shown+=("$line")
                    done
                    compadd -Q -l -d shown -a names
                    ;;
                files) _files ;;
            esac
        }
        if [[ $funcstack[1] == _peta ]]; then _peta "$@"; else compdef _peta peta; fi

        """#

    static let fish = #"""
        # Completion of peta for fish; printed by 'peta completion fish'.
        function __peta_complete
            set -l words (commandline -opc)
            set -l peta $words[1]
            type -q -- $peta; or set peta peta
            set -l reply ($peta complete-words fish -- $words (commandline -ct) 2>/dev/null)
            switch "$reply[1]"
                case words
                    printf "%s\n" $reply[2..]
                case files
                    __fish_complete_path (commandline -ct)
            end
        end
        complete -c peta -f -a '(__peta_complete)'

        """#
}
