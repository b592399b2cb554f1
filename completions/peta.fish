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
