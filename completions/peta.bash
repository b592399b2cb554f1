#!/bin/bash

__peta_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__peta_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__peta_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__peta_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_peta() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    serve|status|doctor|config|server|tool|secret|user|token|policy|approve|network|audit|why|connect|mcp-stdio|completion|demo-server|version|help)
        # Offer subcommand argument completions
        "_peta_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'serve status doctor config server tool secret user token policy approve network audit why connect mcp-stdio completion demo-server version help' -- "${cur}"))
        ;;
    esac
}

_peta_serve() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--listen)
    non_repeating_options=(--tls-cert --tls-key --data-dir --admin-socket --log-level --log-format --config)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--listen')
        return
        ;;
    '--tls-cert')
        __peta_add_completions -f
        return
        ;;
    '--tls-key')
        __peta_add_completions -f
        return
        ;;
    '--data-dir')
        __peta_add_completions -d
        return
        ;;
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--log-level')
        __peta_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __peta_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--config')
        __peta_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    esac
}

_peta_status() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_doctor() {
    repeating_flags=()
    non_repeating_flags=(--json --full -v --verbose --version -h --help)
    repeating_options=(--listen)
    non_repeating_options=(--tls-cert --tls-key --data-dir --admin-socket --log-level --log-format --config)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--listen')
        return
        ;;
    '--tls-cert')
        __peta_add_completions -f
        return
        ;;
    '--tls-key')
        __peta_add_completions -f
        return
        ;;
    '--data-dir')
        __peta_add_completions -d
        return
        ;;
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--log-level')
        __peta_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __peta_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--config')
        __peta_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    esac
}

_peta_config() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|check|reload|path|example)
        # Offer subcommand argument completions
        "_peta_config_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show check reload path example' -- "${cur}"))
        ;;
    esac
}

_peta_config_show() {
    repeating_flags=()
    non_repeating_flags=(--running --json --version -h --help)
    repeating_options=(--listen)
    non_repeating_options=(--tls-cert --tls-key --data-dir --admin-socket --log-level --log-format --config)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--listen')
        return
        ;;
    '--tls-cert')
        __peta_add_completions -f
        return
        ;;
    '--tls-key')
        __peta_add_completions -f
        return
        ;;
    '--data-dir')
        __peta_add_completions -d
        return
        ;;
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--log-level')
        __peta_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __peta_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--config')
        __peta_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    esac
}

_peta_config_check() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=(--listen)
    non_repeating_options=(--tls-cert --tls-key --data-dir --admin-socket --log-level --log-format --config)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--listen')
        return
        ;;
    '--tls-cert')
        __peta_add_completions -f
        return
        ;;
    '--tls-key')
        __peta_add_completions -f
        return
        ;;
    '--data-dir')
        __peta_add_completions -d
        return
        ;;
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--log-level')
        __peta_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __peta_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--config')
        __peta_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    esac
}

_peta_config_reload() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_config_path() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=(--listen)
    non_repeating_options=(--tls-cert --tls-key --data-dir --admin-socket --log-level --log-format --config)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--listen')
        return
        ;;
    '--tls-cert')
        __peta_add_completions -f
        return
        ;;
    '--tls-key')
        __peta_add_completions -f
        return
        ;;
    '--data-dir')
        __peta_add_completions -d
        return
        ;;
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--log-level')
        __peta_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __peta_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--config')
        __peta_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    esac
}

_peta_config_example() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0
}

_peta_server() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|add|import|show|update|remove|start|stop|restart|enable|disable|tools|tool|call|logs)
        # Offer subcommand argument completions
        "_peta_server_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list add import show update remove start stop restart enable disable tools tool call logs' -- "${cur}"))
        ;;
    esac
}

_peta_server_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_server_add() {
    repeating_flags=()
    non_repeating_flags=(--json --public --no-public --lazy --no-lazy --redact --no-redact --disabled --version -h --help)
    repeating_options=(--env --header)
    non_repeating_options=(--admin-socket --title --url --sse --cwd --idle-timeout --call-timeout --max-concurrent --health-interval --isolation --retry --protocol --pin)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--title')
        return
        ;;
    '--url')
        return
        ;;
    '--sse')
        return
        ;;
    '--env')
        return
        ;;
    '--header')
        return
        ;;
    '--cwd')
        __peta_add_completions -d
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--call-timeout')
        return
        ;;
    '--max-concurrent')
        return
        ;;
    '--health-interval')
        return
        ;;
    '--isolation')
        __peta_add_completions -W 'auto'$'\n''shared'$'\n''session'
        return
        ;;
    '--retry')
        __peta_add_completions -W 'auto'$'\n''always'
        return
        ;;
    '--protocol')
        __peta_add_completions -W 'auto'$'\n''legacy'$'\n''modern'
        return
        ;;
    '--pin')
        __peta_add_completions -W 'default'$'\n''strict'$'\n''warn'$'\n''off'
        return
        ;;
    esac
}

_peta_server_import() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --replace --no-secrets --dry-run --write-client --version -h --help)
    repeating_options=(--only --value)
    non_repeating_options=(--admin-socket --from --prefix --name --new-token)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--from')
        __peta_add_completions -W 'claude-desktop'$'\n''claude-code'$'\n''cursor'$'\n''vscode'$'\n''windsurf'$'\n''codex'$'\n''gemini'
        return
        ;;
    '--only')
        return
        ;;
    '--prefix')
        return
        ;;
    '--value')
        return
        ;;
    '--name')
        return
        ;;
    '--new-token')
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_server_show() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_update() {
    repeating_flags=()
    non_repeating_flags=(--json --public --no-public --lazy --no-lazy --redact --no-redact --version -h --help)
    repeating_options=(--env --header --unset-env --unset-header)
    non_repeating_options=(--admin-socket --title --url --sse --cwd --idle-timeout --call-timeout --max-concurrent --health-interval --isolation --retry --protocol --pin)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--title')
        return
        ;;
    '--url')
        return
        ;;
    '--sse')
        return
        ;;
    '--env')
        return
        ;;
    '--header')
        return
        ;;
    '--cwd')
        __peta_add_completions -d
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--call-timeout')
        return
        ;;
    '--max-concurrent')
        return
        ;;
    '--health-interval')
        return
        ;;
    '--isolation')
        __peta_add_completions -W 'auto'$'\n''shared'$'\n''session'
        return
        ;;
    '--retry')
        __peta_add_completions -W 'auto'$'\n''always'
        return
        ;;
    '--protocol')
        __peta_add_completions -W 'auto'$'\n''legacy'$'\n''modern'
        return
        ;;
    '--pin')
        __peta_add_completions -W 'default'$'\n''strict'$'\n''warn'$'\n''off'
        return
        ;;
    '--unset-env')
        return
        ;;
    '--unset-header')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_remove() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_start() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_stop() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_restart() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_enable() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_disable() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_tools() {
    repeating_flags=()
    non_repeating_flags=(--json --changed --findings --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_server_tool() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    set|accept)
        # Offer subcommand argument completions
        "_peta_server_tool_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'set accept' -- "${cur}"))
        ;;
    esac
}

_peta_server_tool_set() {
    repeating_flags=()
    non_repeating_flags=(--json --on --off --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --prompt --resource --danger)
    __peta_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--prompt')
        return
        ;;
    '--resource')
        return
        ;;
    '--danger')
        __peta_add_completions -W 'silent'$'\n''notify'$'\n''approval'$'\n''default'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    2)
        __peta_add_completions -W "$(eval 'peta complete-names tools')"
        return
        ;;
    esac
}

_peta_server_tool_accept() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --all --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --digest)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--digest')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    *)
        __peta_add_completions -W "$(eval 'peta complete-names tools')"
        return
        ;;
    esac
}

_peta_server_call() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 3

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    2)
        __peta_add_completions -W "$(eval 'peta complete-names tools')"
        return
        ;;
    esac
}

_peta_server_logs() {
    repeating_flags=()
    non_repeating_flags=(--json -f --follow --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket -n --lines)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '-n'|'--lines')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_tool() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|which)
        # Offer subcommand argument completions
        "_peta_tool_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list which' -- "${cur}"))
        ;;
    esac
}

_peta_tool_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_tool_which() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_secret() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    set|list|show|remove)
        # Offer subcommand argument completions
        "_peta_secret_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'set list show remove' -- "${cur}"))
        ;;
    esac
}

_peta_secret_set() {
    repeating_flags=()
    non_repeating_flags=(--json --stdin --keep-newline --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --from-file --from-env)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--from-file')
        __peta_add_completions -f
        return
        ;;
    '--from-env')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names secrets')"
        return
        ;;
    esac
}

_peta_secret_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_secret_show() {
    repeating_flags=()
    non_repeating_flags=(--json --reveal --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names secrets')"
        return
        ;;
    esac
}

_peta_secret_remove() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --force --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names secrets')"
        return
        ;;
    esac
}

_peta_user() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|add|show|update|remove|disable|enable|grant|deny|revoke|rights)
        # Offer subcommand argument completions
        "_peta_user_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list add show update remove disable enable grant deny revoke rights' -- "${cur}"))
        ;;
    esac
}

_peta_user_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_user_add() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=(--label)
    non_repeating_options=(--admin-socket --name --role --notes --expires --uid --workspace --rate-limit --concurrent)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--name')
        return
        ;;
    '--role')
        __peta_add_completions -W 'owner'$'\n''admin'$'\n''user'
        return
        ;;
    '--notes')
        return
        ;;
    '--label')
        return
        ;;
    '--expires')
        return
        ;;
    '--uid')
        return
        ;;
    '--workspace')
        return
        ;;
    '--rate-limit')
        return
        ;;
    '--concurrent')
        return
        ;;
    esac
}

_peta_user_show() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_user_update() {
    repeating_flags=()
    non_repeating_flags=(--json --no-expiry --no-uid --version -h --help)
    repeating_options=(--label --unset-label)
    non_repeating_options=(--admin-socket --name --notes --expires --uid --workspace --rate-limit --concurrent)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--name')
        return
        ;;
    '--notes')
        return
        ;;
    '--label')
        return
        ;;
    '--unset-label')
        return
        ;;
    '--expires')
        return
        ;;
    '--uid')
        return
        ;;
    '--workspace')
        return
        ;;
    '--rate-limit')
        return
        ;;
    '--concurrent')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_user_remove() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_user_disable() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_user_enable() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_user_grant() {
    repeating_flags=()
    non_repeating_flags=(--json --prompt --resource --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    *)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_user_deny() {
    repeating_flags=()
    non_repeating_flags=(--json --prompt --resource --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    *)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_user_revoke() {
    repeating_flags=()
    non_repeating_flags=(--json --prompt --resource --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    *)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_user_rights() {
    repeating_flags=()
    non_repeating_flags=(--json --denied --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --server)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--server')
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_token() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    create|list|revoke)
        # Offer subcommand argument completions
        "_peta_token_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'create list revoke' -- "${cur}"))
        ;;
    esac
}

_peta_token_create() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=(--server --tool)
    non_repeating_options=(--admin-socket --name --expires --rate-limit)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--name')
        return
        ;;
    '--expires')
        return
        ;;
    '--server')
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    '--tool')
        return
        ;;
    '--rate-limit')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_token_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --user)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--user')
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    esac
}

_peta_token_revoke() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names tokens')"
        return
        ;;
    esac
}

_peta_policy() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    apply|list|show|history|archive|remove|lint|test|diff|effective)
        # Offer subcommand argument completions
        "_peta_policy_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'apply list show history archive remove lint test diff effective' -- "${cur}"))
        ;;
    esac
}

_peta_policy_apply() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket -f --file --name)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '-f'|'--file')
        __peta_add_completions -f
        return
        ;;
    '--name')
        return
        ;;
    esac
}

_peta_policy_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_policy_show() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --version)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--version')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names policies')"
        return
        ;;
    esac
}

_peta_policy_history() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names policies')"
        return
        ;;
    esac
}

_peta_policy_archive() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names policies')"
        return
        ;;
    esac
}

_peta_policy_remove() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names policies')"
        return
        ;;
    esac
}

_peta_policy_lint() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_policy_test() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --user --tool --prompt --resource --args --client --address --time -f --file --name)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--user')
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    '--tool')
        return
        ;;
    '--prompt')
        return
        ;;
    '--resource')
        return
        ;;
    '--args')
        return
        ;;
    '--client')
        return
        ;;
    '--address')
        return
        ;;
    '--time')
        return
        ;;
    '-f'|'--file')
        __peta_add_completions -f
        return
        ;;
    '--name')
        return
        ;;
    esac
}

_peta_policy_diff() {
    repeating_flags=()
    non_repeating_flags=(--json --exit-code --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket -f --file --name --last --since --until)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '-f'|'--file')
        __peta_add_completions -f
        return
        ;;
    '--name')
        return
        ;;
    '--last')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    esac
}

_peta_policy_effective() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    esac
}

_peta_approve() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    review|list|show|allow|deny|watch)
        # Offer subcommand argument completions
        "_peta_approve_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'review list show allow deny watch' -- "${cur}"))
        ;;
    esac
}

_peta_approve_review() {
    repeating_flags=()
    non_repeating_flags=(--plain --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_approve_list() {
    repeating_flags=()
    non_repeating_flags=(--json --all --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --status --user --server --limit)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--status')
        __peta_add_completions -W 'pending'$'\n''approved'$'\n''rejected'$'\n''expired'$'\n''executing'$'\n''executed'$'\n''failed'
        return
        ;;
    '--user')
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    '--server')
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    '--limit')
        return
        ;;
    esac
}

_peta_approve_show() {
    repeating_flags=()
    non_repeating_flags=(--json --full --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W "$(eval 'peta complete-names approvals')"
        return
        ;;
    esac
}

_peta_approve_allow() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --reason)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--reason')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __peta_add_completions -W "$(eval 'peta complete-names approvals')"
        return
        ;;
    esac
}

_peta_approve_deny() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --reason)
    __peta_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--reason')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __peta_add_completions -W "$(eval 'peta complete-names approvals')"
        return
        ;;
    esac
}

_peta_approve_watch() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_network() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|allow|mode)
        # Offer subcommand argument completions
        "_peta_network_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show allow mode' -- "${cur}"))
        ;;
    esac
}

_peta_network_show() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_network_allow() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|add|remove)
        # Offer subcommand argument completions
        "_peta_network_allow_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list add remove' -- "${cur}"))
        ;;
    esac
}

_peta_network_allow_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --workspace)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--workspace')
        return
        ;;
    esac
}

_peta_network_allow_add() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --workspace --note)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--workspace')
        return
        ;;
    '--note')
        return
        ;;
    esac
}

_peta_network_allow_remove() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --workspace)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--workspace')
        return
        ;;
    esac
}

_peta_network_mode() {
    repeating_flags=()
    non_repeating_flags=(--json -y --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W 'off'$'\n''report'$'\n''enforce'
        return
        ;;
    esac
}

_peta_audit() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    tail|query|verify)
        # Offer subcommand argument completions
        "_peta_audit_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'tail query verify' -- "${cur}"))
        ;;
    esac
}

_peta_audit_tail() {
    repeating_flags=()
    non_repeating_flags=(--json -f --follow --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket -n --lines)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '-n'|'--lines')
        return
        ;;
    esac
}

_peta_audit_query() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --user --server --tool --kind --outcome --decision --session --request-id --since --until --limit)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--user')
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    '--server')
        __peta_add_completions -W "$(eval 'peta complete-names servers')"
        return
        ;;
    '--tool')
        __peta_add_completions -W "$(eval 'peta complete-names tools')"
        return
        ;;
    '--kind')
        __peta_add_completions -W 'call'$'\n''admin'
        return
        ;;
    '--outcome')
        __peta_add_completions -W 'ok'$'\n''error'$'\n''denied'$'\n''pending'$'\n''cancelled'$'\n''timeout'$'\n''lost'$'\n''stopped'
        return
        ;;
    '--decision')
        __peta_add_completions -W 'allow'$'\n''deny'$'\n''require_approval'
        return
        ;;
    '--session')
        return
        ;;
    '--request-id')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    esac
}

_peta_audit_verify() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_why() {
    repeating_flags=()
    non_repeating_flags=(--json --last --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_connect() {
    repeating_flags=()
    non_repeating_flags=(--json --token-stdin --write --version -h --help)
    repeating_options=()
    non_repeating_options=(--admin-socket --via --name --token-file --new-token --url --socket --file)
    __peta_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--admin-socket')
        __peta_add_completions -f
        return
        ;;
    '--via')
        __peta_add_completions -W 'http'$'\n''stdio'
        return
        ;;
    '--name')
        return
        ;;
    '--token-file')
        __peta_add_completions -f
        return
        ;;
    '--new-token')
        __peta_add_completions -W "$(eval 'peta complete-names users')"
        return
        ;;
    '--url')
        return
        ;;
    '--socket')
        __peta_add_completions -f
        return
        ;;
    '--file')
        __peta_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W 'claude-desktop'$'\n''claude-code'$'\n''cursor'$'\n''vscode'$'\n''codex'$'\n''n8n'
        return
        ;;
    esac
}

_peta_mcp-stdio() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--socket --url --token-file)
    __peta_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--socket')
        __peta_add_completions -f
        return
        ;;
    '--url')
        return
        ;;
    '--token-file')
        __peta_add_completions -f
        return
        ;;
    esac
}

_peta_completion() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __peta_add_completions -W 'bash'$'\n''zsh'$'\n''fish'
        return
        ;;
    esac
}

_peta_demo-server() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options -1
}

_peta_version() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options 0
}

_peta_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __peta_offer_flags_options -1
}

complete -o filenames -F _peta peta
