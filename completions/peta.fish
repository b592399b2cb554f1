function __peta_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __peta_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __peta_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __peta_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __peta_parse_tokens -S
    set -l unparsed_tokens (__peta_tokens -pc)
    switch $unparsed_tokens[1]
    case 'peta'
        __peta_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'serve'
            __peta_parse_subcommand 0 'listen=+' 'tls-cert=' 'tls-key=' 'data-dir=' 'admin-socket=' 'log-level=' 'log-format=' 'config=' 'version' 'h/help'
        case 'status'
            __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
        case 'doctor'
            __peta_parse_subcommand 0 'listen=+' 'tls-cert=' 'tls-key=' 'data-dir=' 'admin-socket=' 'log-level=' 'log-format=' 'config=' 'json' 'full' 'v/verbose' 'version' 'h/help'
        case 'config'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'show'
                __peta_parse_subcommand 0 'listen=+' 'tls-cert=' 'tls-key=' 'data-dir=' 'admin-socket=' 'log-level=' 'log-format=' 'config=' 'running' 'json' 'version' 'h/help'
            case 'check'
                __peta_parse_subcommand 0 'listen=+' 'tls-cert=' 'tls-key=' 'data-dir=' 'admin-socket=' 'log-level=' 'log-format=' 'config=' 'json' 'version' 'h/help'
            case 'reload'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            case 'path'
                __peta_parse_subcommand 0 'listen=+' 'tls-cert=' 'tls-key=' 'data-dir=' 'admin-socket=' 'log-level=' 'log-format=' 'config=' 'json' 'version' 'h/help'
            case 'example'
                __peta_parse_subcommand 0 'version' 'h/help'
            end
        case 'server'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            case 'add'
                __peta_parse_subcommand -r 2 'json' 'admin-socket=' 'title=' 'url=' 'sse=' 'env=+' 'header=+' 'cwd=' 'public' 'no-public' 'lazy' 'no-lazy' 'redact' 'no-redact' 'idle-timeout=' 'call-timeout=' 'max-concurrent=' 'health-interval=' 'isolation=' 'retry=' 'protocol=' 'pin=' 'disabled' 'version' 'h/help'
            case 'import'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'y/yes' 'from=' 'only=+' 'prefix=' 'replace' 'value=+' 'no-secrets' 'dry-run' 'write-client' 'name=' 'new-token=' 'version' 'h/help'
            case 'show'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'update'
                __peta_parse_subcommand -r 2 'json' 'admin-socket=' 'title=' 'url=' 'sse=' 'env=+' 'header=+' 'cwd=' 'public' 'no-public' 'lazy' 'no-lazy' 'redact' 'no-redact' 'idle-timeout=' 'call-timeout=' 'max-concurrent=' 'health-interval=' 'isolation=' 'retry=' 'protocol=' 'pin=' 'unset-env=+' 'unset-header=+' 'version' 'h/help'
            case 'remove'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'y/yes' 'version' 'h/help'
            case 'start'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'stop'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'restart'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'enable'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'disable'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'tools'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'changed' 'findings' 'version' 'h/help'
            case 'tool'
                __peta_parse_subcommand 0 'version' 'h/help'
                switch $unparsed_tokens[1]
                case 'set'
                    __peta_parse_subcommand 2 'json' 'admin-socket=' 'prompt=' 'resource=' 'danger=' 'on' 'off' 'version' 'h/help'
                case 'accept'
                    __peta_parse_subcommand -r 2 'json' 'admin-socket=' 'y/yes' 'all' 'digest=' 'version' 'h/help'
                end
            case 'call'
                __peta_parse_subcommand 3 'json' 'admin-socket=' 'version' 'h/help'
            case 'logs'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'n/lines=' 'f/follow' 'version' 'h/help'
            end
        case 'tool'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            case 'which'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            end
        case 'secret'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'set'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'stdin' 'from-file=' 'from-env=' 'keep-newline' 'version' 'h/help'
            case 'list'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            case 'show'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'reveal' 'version' 'h/help'
            case 'remove'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'y/yes' 'force' 'version' 'h/help'
            end
        case 'user'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            case 'add'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'name=' 'role=' 'notes=' 'label=+' 'expires=' 'uid=' 'workspace=' 'rate-limit=' 'concurrent=' 'version' 'h/help'
            case 'show'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'update'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'name=' 'notes=' 'label=+' 'unset-label=+' 'expires=' 'no-expiry' 'uid=' 'no-uid' 'workspace=' 'rate-limit=' 'concurrent=' 'version' 'h/help'
            case 'remove'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'y/yes' 'version' 'h/help'
            case 'disable'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'enable'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'grant'
                __peta_parse_subcommand -r 2 'json' 'admin-socket=' 'prompt' 'resource' 'version' 'h/help'
            case 'deny'
                __peta_parse_subcommand -r 2 'json' 'admin-socket=' 'prompt' 'resource' 'version' 'h/help'
            case 'revoke'
                __peta_parse_subcommand -r 2 'json' 'admin-socket=' 'prompt' 'resource' 'version' 'h/help'
            case 'rights'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'server=' 'denied' 'version' 'h/help'
            end
        case 'token'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'create'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'name=' 'expires=' 'server=+' 'tool=+' 'rate-limit=' 'version' 'h/help'
            case 'list'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'user=' 'version' 'h/help'
            case 'revoke'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'y/yes' 'version' 'h/help'
            end
        case 'policy'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'apply'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'f/file=' 'name=' 'version' 'h/help'
            case 'list'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            case 'show'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version=' 'version' 'h/help'
            case 'history'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'archive'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'remove'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'y/yes' 'version' 'h/help'
            case 'lint'
                __peta_parse_subcommand -r 1 'json' 'admin-socket=' 'version' 'h/help'
            case 'test'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'user=' 'tool=' 'prompt=' 'resource=' 'args=' 'client=' 'address=' 'time=' 'f/file=' 'name=' 'version' 'h/help'
            case 'diff'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'f/file=' 'name=' 'last=' 'since=' 'until=' 'exit-code' 'version' 'h/help'
            case 'effective'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'version' 'h/help'
            end
        case 'approve'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'review'
                __peta_parse_subcommand 0 'plain' 'admin-socket=' 'version' 'h/help'
            case 'list'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'status=' 'all' 'user=' 'server=' 'limit=' 'version' 'h/help'
            case 'show'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'full' 'version' 'h/help'
            case 'allow'
                __peta_parse_subcommand -r 1 'json' 'admin-socket=' 'reason=' 'version' 'h/help'
            case 'deny'
                __peta_parse_subcommand -r 1 'json' 'admin-socket=' 'reason=' 'version' 'h/help'
            case 'watch'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            end
        case 'network'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'show'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            case 'allow'
                __peta_parse_subcommand 0 'version' 'h/help'
                switch $unparsed_tokens[1]
                case 'list'
                    __peta_parse_subcommand 0 'json' 'admin-socket=' 'workspace=' 'version' 'h/help'
                case 'add'
                    __peta_parse_subcommand 1 'json' 'admin-socket=' 'workspace=' 'note=' 'version' 'h/help'
                case 'remove'
                    __peta_parse_subcommand 1 'json' 'admin-socket=' 'workspace=' 'y/yes' 'version' 'h/help'
                end
            case 'mode'
                __peta_parse_subcommand 1 'json' 'admin-socket=' 'y/yes' 'version' 'h/help'
            end
        case 'audit'
            __peta_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'tail'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'n/lines=' 'f/follow' 'version' 'h/help'
            case 'query'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'user=' 'server=' 'tool=' 'kind=' 'outcome=' 'decision=' 'session=' 'request-id=' 'since=' 'until=' 'limit=' 'version' 'h/help'
            case 'verify'
                __peta_parse_subcommand 0 'json' 'admin-socket=' 'version' 'h/help'
            end
        case 'why'
            __peta_parse_subcommand 1 'json' 'admin-socket=' 'last' 'version' 'h/help'
        case 'connect'
            __peta_parse_subcommand 1 'json' 'admin-socket=' 'via=' 'name=' 'token-file=' 'token-stdin' 'new-token=' 'url=' 'socket=' 'file=' 'write' 'version' 'h/help'
        case 'mcp-stdio'
            __peta_parse_subcommand 0 'socket=' 'url=' 'token-file=' 'version' 'h/help'
        case 'completion'
            __peta_parse_subcommand 1 'version' 'h/help'
        case 'demo-server'
            __peta_parse_subcommand -r 1 'version' 'h/help'
        case 'version'
            __peta_parse_subcommand 0 'json' 'version' 'h/help'
        case 'help'
            __peta_parse_subcommand -r 1 'version'
        end
    end
end

function __peta_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __peta_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __peta_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __peta_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__peta_tokens -p)
    if test -z "$(__peta_tokens -t)"
        set -l index (count (__peta_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'peta' -f
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'serve' -d 'Run the gateway in the foreground.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'status' -d 'Show how the gateway is doing.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'doctor' -d 'Look whether all is well, and say what to do where it is not.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'config' -d 'Show the configuration and where each value came from.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'server' -d 'Manage the MCP servers behind the gateway.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'tool' -d 'Find out about tools across all servers.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'secret' -d 'Manage the credentials in the vault.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'user' -d 'Manage the people who may use the gateway.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'token' -d 'Manage the tokens with which clients sign in.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'policy' -d 'Decide by rules which calls run.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'approve' -d 'Say yes or no to calls that wait for a person.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'network' -d 'Decide from which addresses clients may come.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'audit' -d 'Read and verify the record of every call and every act.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'why' -d 'Explain why a recorded call was decided as it was.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'connect' -d 'Print or write the configuration of an MCP client for this gateway.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'mcp-stdio' -d 'Connect an MCP client that speaks stdio to the gateway.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'completion' -d 'Print the completion script of a shell.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'demo-server' -d 'Run a small MCP server to try things with.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'version' -d 'Show the version of this binary.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve"' -l 'listen' -d 'HOST:PORT or unix:PATH to serve MCP on; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" tls-cert' -l 'tls-cert' -d 'PEM file of the certificate chain.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" tls-key' -l 'tls-key' -d 'PEM file of the private key.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" data-dir' -l 'data-dir' -d 'Directory of the database and the key file.' -rfa '(__peta_complete_directories)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" admin-socket' -l 'admin-socket' -d 'Path of the admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" log-level' -l 'log-level' -d 'trace, debug, info, notice, warning, error or critical.' -rfka 'trace debug info notice warning error critical'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" log-format' -l 'log-format' -d 'text or json.' -rfka 'text json'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" config' -l 'config' -d 'The configuration file.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta serve" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta status" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta status" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta status" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor"' -l 'listen' -d 'HOST:PORT or unix:PATH to serve MCP on; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" tls-cert' -l 'tls-cert' -d 'PEM file of the certificate chain.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" tls-key' -l 'tls-key' -d 'PEM file of the private key.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" data-dir' -l 'data-dir' -d 'Directory of the database and the key file.' -rfa '(__peta_complete_directories)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" admin-socket' -l 'admin-socket' -d 'Path of the admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" log-level' -l 'log-level' -d 'trace, debug, info, notice, warning, error or critical.' -rfka 'trace debug info notice warning error critical'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" log-format' -l 'log-format' -d 'text or json.' -rfka 'text json'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" config' -l 'config' -d 'The configuration file.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" full' -l 'full' -d 'Read all of the database, however long that takes.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" v verbose' -s 'v' -l 'verbose' -d 'Show what is well, too.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta doctor" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta config" -eq 1' -fa 'show' -d 'Show each setting with its value and where that came from.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta config" -eq 1' -fa 'check' -d 'Check flags, environment and configuration file, and tell everything that is wrong.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta config" -eq 1' -fa 'reload' -d 'Let the running gateway read its configuration and certificates again.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta config" -eq 1' -fa 'path' -d 'Print the path of the configuration file that is read.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta config" -eq 1' -fa 'example' -d 'Print a configuration file with every key, commented out.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show"' -l 'listen' -d 'HOST:PORT or unix:PATH to serve MCP on; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" tls-cert' -l 'tls-cert' -d 'PEM file of the certificate chain.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" tls-key' -l 'tls-key' -d 'PEM file of the private key.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" data-dir' -l 'data-dir' -d 'Directory of the database and the key file.' -rfa '(__peta_complete_directories)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" admin-socket' -l 'admin-socket' -d 'Path of the admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" log-level' -l 'log-level' -d 'trace, debug, info, notice, warning, error or critical.' -rfka 'trace debug info notice warning error critical'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" log-format' -l 'log-format' -d 'text or json.' -rfka 'text json'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" config' -l 'config' -d 'The configuration file.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" running' -l 'running' -d 'Ask the running gateway what it uses.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check"' -l 'listen' -d 'HOST:PORT or unix:PATH to serve MCP on; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" tls-cert' -l 'tls-cert' -d 'PEM file of the certificate chain.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" tls-key' -l 'tls-key' -d 'PEM file of the private key.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" data-dir' -l 'data-dir' -d 'Directory of the database and the key file.' -rfa '(__peta_complete_directories)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" admin-socket' -l 'admin-socket' -d 'Path of the admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" log-level' -l 'log-level' -d 'trace, debug, info, notice, warning, error or critical.' -rfka 'trace debug info notice warning error critical'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" log-format' -l 'log-format' -d 'text or json.' -rfka 'text json'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" config' -l 'config' -d 'The configuration file.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config reload" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config reload" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config reload" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config reload" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path"' -l 'listen' -d 'HOST:PORT or unix:PATH to serve MCP on; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" tls-cert' -l 'tls-cert' -d 'PEM file of the certificate chain.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" tls-key' -l 'tls-key' -d 'PEM file of the private key.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" data-dir' -l 'data-dir' -d 'Directory of the database and the key file.' -rfa '(__peta_complete_directories)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" admin-socket' -l 'admin-socket' -d 'Path of the admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" log-level' -l 'log-level' -d 'trace, debug, info, notice, warning, error or critical.' -rfka 'trace debug info notice warning error critical'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" log-format' -l 'log-format' -d 'text or json.' -rfka 'text json'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" config' -l 'config' -d 'The configuration file.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config path" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config example" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta config example" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'list' -d 'List the servers.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'add' -d 'Add a server: a command after --, or a URL.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'import' -d 'Add the servers that an MCP client has in its configuration.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'show' -d 'Show everything about a server; values without a secret reference are masked.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'update' -d 'Change a server; what is not named stays as it is.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'remove' -d 'Remove a server and its definition for good.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'start' -d 'Start a server now, without waiting for a call.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'stop' -d 'Stop a server; the next call that needs it starts it again.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'restart' -d 'Stop a server and start it again.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'enable' -d 'Let clients use a server again.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'disable' -d 'Hide a server from clients and stop it; nothing is lost.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'tools' -d 'List the tools of a server, with the names that clients see.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'tool' -d 'Change what a server exposes, how dangerous its tools are, and which of their changes are accepted.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'call' -d 'Call a tool as the administrator, to test it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server" -eq 1' -fa 'logs' -d 'Show what a server wrote to its standard error.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" title' -l 'title' -d 'A title for people.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" url' -l 'url' -d 'Endpoint of a server that speaks Streamable HTTP.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" sse' -l 'sse' -d 'Endpoint of a server that speaks the older HTTP+SSE (2024-11-05).' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add"' -l 'env' -d 'Environment variable of the command; the value may hold \'${secret:NAME}\'.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add"' -l 'header' -d 'HTTP header of every request; the value may hold \'${secret:NAME}\'.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" cwd' -l 'cwd' -d 'Working directory of the command.' -rfa '(__peta_complete_directories)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" public' -l 'public' -d 'Every user may use it without a grant.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" no-public' -l 'no-public' -d 'Every user may use it without a grant.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" lazy' -l 'lazy' -d 'Start it with the first call that needs it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" no-lazy' -l 'no-lazy' -d 'Start it with the first call that needs it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" redact' -l 'redact' -d 'Replace injected secrets in its results.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" no-redact' -l 'no-redact' -d 'Replace injected secrets in its results.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" idle-timeout' -l 'idle-timeout' -d 'Seconds without a call until it is put to sleep; 0 is never.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" call-timeout' -l 'call-timeout' -d 'Seconds that a call may take.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" max-concurrent' -l 'max-concurrent' -d 'Calls that may run at once; 0 is no limit.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" health-interval' -l 'health-interval' -d 'Seconds without a call after which it is asked for a sign of life; 0 is never.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" isolation' -l 'isolation' -d 'Who shares its connection: everybody (shared), nobody (session: each session has its own), or as it needs (auto: sessions whose clients can be asked have their own once the server asked something).' -rfka 'auto shared session'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" retry' -l 'retry' -d 'Which calls are sent again when their connection was lost behind them: those of tools that say it does no harm (auto), or all (always).' -rfka 'auto always'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" protocol' -l 'protocol' -d 'Which era of MCP is spoken with it: auto asks the server.' -rfka 'auto legacy modern'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" pin' -l 'pin' -d 'What becomes of its tools whose definitions are no longer those that were accepted: strict withholds them, warn tells of it, off compares nothing, default is what the setting servers.pin says.' -rfka 'default strict warn off'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" disabled' -l 'disabled' -d 'Add it switched off.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server import" -eq 1' -F
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" from' -l 'from' -d 'Read the files of a client: claude-desktop, claude-code, cursor, vscode, windsurf, codex or gemini.' -rfka 'claude-desktop claude-code cursor vscode windsurf codex gemini'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import"' -l 'only' -d 'Import this server only, by the name in the file or the new id; may be repeated.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" prefix' -l 'prefix' -d 'Put this before every id.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" replace' -l 'replace' -d 'Give a server that has the same id this definition.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import"' -l 'value' -d 'What to put for ${NAME}, where only the client knows it. Not for credentials.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" no-secrets' -l 'no-secrets' -d 'Leave credentials in the definitions as they are.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" dry-run' -l 'dry-run' -d 'Show what would be done, and do nothing.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" write-client' -l 'write-client' -d 'Put the gateway in the place of the servers in the client\'s file.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" name' -l 'name' -d 'With --write-client: the gateway\'s name in the client.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" new-token' -l 'new-token' -d 'With --write-client: connect with a new access token of this user.' -rfka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server import" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server show" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server show" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server show" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server show" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" title' -l 'title' -d 'A title for people.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" url' -l 'url' -d 'Endpoint of a server that speaks Streamable HTTP.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" sse' -l 'sse' -d 'Endpoint of a server that speaks the older HTTP+SSE (2024-11-05).' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update"' -l 'env' -d 'Environment variable of the command; the value may hold \'${secret:NAME}\'.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update"' -l 'header' -d 'HTTP header of every request; the value may hold \'${secret:NAME}\'.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" cwd' -l 'cwd' -d 'Working directory of the command.' -rfa '(__peta_complete_directories)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" public' -l 'public' -d 'Every user may use it without a grant.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" no-public' -l 'no-public' -d 'Every user may use it without a grant.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" lazy' -l 'lazy' -d 'Start it with the first call that needs it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" no-lazy' -l 'no-lazy' -d 'Start it with the first call that needs it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" redact' -l 'redact' -d 'Replace injected secrets in its results.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" no-redact' -l 'no-redact' -d 'Replace injected secrets in its results.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" idle-timeout' -l 'idle-timeout' -d 'Seconds without a call until it is put to sleep; 0 is never.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" call-timeout' -l 'call-timeout' -d 'Seconds that a call may take.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" max-concurrent' -l 'max-concurrent' -d 'Calls that may run at once; 0 is no limit.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" health-interval' -l 'health-interval' -d 'Seconds without a call after which it is asked for a sign of life; 0 is never.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" isolation' -l 'isolation' -d 'Who shares its connection: everybody (shared), nobody (session: each session has its own), or as it needs (auto: sessions whose clients can be asked have their own once the server asked something).' -rfka 'auto shared session'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" retry' -l 'retry' -d 'Which calls are sent again when their connection was lost behind them: those of tools that say it does no harm (auto), or all (always).' -rfka 'auto always'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" protocol' -l 'protocol' -d 'Which era of MCP is spoken with it: auto asks the server.' -rfka 'auto legacy modern'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" pin' -l 'pin' -d 'What becomes of its tools whose definitions are no longer those that were accepted: strict withholds them, warn tells of it, off compares nothing, default is what the setting servers.pin says.' -rfka 'default strict warn off'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server update" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update"' -l 'unset-env' -d 'Environment variable to remove.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update"' -l 'unset-header' -d 'HTTP header to remove.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server update" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server remove" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server remove" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server remove" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server remove" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server remove" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server start" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server start" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server start" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server start" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server start" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server stop" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server stop" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server stop" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server stop" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server stop" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server restart" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server restart" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server restart" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server restart" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server restart" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server enable" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server enable" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server enable" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server enable" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server enable" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server disable" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server disable" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server disable" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server disable" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server disable" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tools" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tools" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server tools" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tools" changed' -l 'changed' -d 'Only tools that await acceptance, with what differs.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tools" findings' -l 'findings' -d 'What looks suspicious in their texts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tools" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tools" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server tool" -eq 1' -fa 'set' -d 'Expose or hide a tool, prompt or resource, or set a tool\'s danger level.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server tool" -eq 1' -fa 'accept' -d 'Accept tools whose definitions have changed.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server tool set" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server tool set" -eq 2' -fka '(peta complete-names tools)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" prompt' -l 'prompt' -d 'A prompt in place of a tool.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" resource' -l 'resource' -d 'A resource or template in place of a tool, by its URI at the server.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" danger' -l 'danger' -d 'silent, notify or approval; default takes the setting back.' -rfka 'silent notify approval default'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" on' -l 'on' -d 'Expose it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" off' -l 'off' -d 'Hide it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool set" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool accept" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool accept" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool accept" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server tool accept" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server tool accept" -ge 2' -fka '(peta complete-names tools)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool accept" all' -l 'all' -d 'All tools that await it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool accept" digest' -l 'digest' -d 'The digest of the definition that is accepted, of one tool; then nothing is asked.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool accept" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server tool accept" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server call" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server call" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server call" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server call" -eq 2' -fka '(peta complete-names tools)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server call" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server call" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server logs" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server logs" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server logs" lines n' -s 'n' -l 'lines' -d 'Begin with the last so many.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server logs" f follow' -s 'f' -l 'follow' -d 'Go on with what comes, until Ctrl-C.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta server logs" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server logs" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta server logs" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta tool" -eq 1' -fa 'list' -d 'List the tools of all servers.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta tool" -eq 1' -fa 'which' -d 'Tell which server\'s tool a listed name is.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool which" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool which" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool which" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta tool which" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta secret" -eq 1' -fa 'set' -d 'Store a secret or a new value of one.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta secret" -eq 1' -fa 'list' -d 'List the secrets; never their values.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta secret" -eq 1' -fa 'show' -d 'Show what is known about a secret: version, age, who uses it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta secret" -eq 1' -fa 'remove' -d 'Remove a secret for good; refused while a server refers to it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta secret set" -eq 1' -fka '(peta complete-names secrets)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" stdin' -l 'stdin' -d 'Read the value from standard input.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" from-file' -l 'from-file' -d 'Read the value from a file.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" from-env' -l 'from-env' -d 'Take the value from an environment variable.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" keep-newline' -l 'keep-newline' -d 'Keep the newline at the end of the value.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret set" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret show" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret show" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta secret show" -eq 1' -fka '(peta complete-names secrets)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret show" reveal' -l 'reveal' -d 'Print the value.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret show" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret remove" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret remove" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret remove" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta secret remove" -eq 1' -fka '(peta complete-names secrets)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret remove" force' -l 'force' -d 'Remove it even while a server refers to it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret remove" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta secret remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'list' -d 'List the users.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'add' -d 'Add a user.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'show' -d 'Show everything about a user.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'update' -d 'Change a user; what is not named stays as it is.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'remove' -d 'Remove a user and all tokens of it for good.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'disable' -d 'Lock a user out; sessions end at once, nothing is lost.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'enable' -d 'Let a user in again.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'grant' -d 'Let a user use a server, or one thing that it offers.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'deny' -d 'Deny a user a server, or one thing that it offers.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'revoke' -d 'Take back what was granted or denied.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user" -eq 1' -fa 'rights' -d 'Show what a user may use, and which layer of rights decides.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" name' -l 'name' -d 'The name for people.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" role' -l 'role' -d 'owner, admin or user.' -rfka 'owner admin user'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" notes' -l 'notes' -d 'A note.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add"' -l 'label' -d 'An attribute; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" expires' -l 'expires' -d 'When the user expires: 90d, or a time like 2026-12-31T00:00:00Z.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" uid' -l 'uid' -d 'The user of this machine that it is, by number or login name.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" workspace' -l 'workspace' -d 'What it belongs to: small letters, digits and -.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" rate-limit' -l 'rate-limit' -d 'Requests it may make: 100/min, 5/s, 2000/h, none for any number, or default.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" concurrent' -l 'concurrent' -d 'Calls of it that may be under way: a number, none for any number, or default.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user show" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user show" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user show" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user show" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user update" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" name' -l 'name' -d 'The name for people.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" notes' -l 'notes' -d 'A note; an empty text removes it.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update"' -l 'label' -d 'An attribute; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update"' -l 'unset-label' -d 'Attribute to remove.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" expires' -l 'expires' -d 'When the user expires: 90d, or a time like 2026-12-31T00:00:00Z.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" no-expiry' -l 'no-expiry' -d 'The user does not expire.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" uid' -l 'uid' -d 'The user of this machine that it is, by number or login name.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" no-uid' -l 'no-uid' -d 'It is no user of this machine.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" workspace' -l 'workspace' -d 'What it belongs to: small letters, digits and -.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" rate-limit' -l 'rate-limit' -d 'Requests it may make: 100/min, 5/s, 2000/h, none for any number, or default.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" concurrent' -l 'concurrent' -d 'Calls of it that may be under way: a number, none for any number, or default.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user update" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user remove" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user remove" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user remove" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user remove" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user remove" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user disable" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user disable" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user disable" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user disable" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user disable" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user enable" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user enable" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user enable" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user enable" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user enable" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user grant" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user grant" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user grant" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user grant" -ge 2' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user grant" prompt' -l 'prompt' -d 'What stands behind :: is a prompt.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user grant" resource' -l 'resource' -d 'What stands behind :: is a resource or template, by its URI at the server.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user grant" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user grant" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user deny" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user deny" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user deny" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user deny" -ge 2' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user deny" prompt' -l 'prompt' -d 'What stands behind :: is a prompt.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user deny" resource' -l 'resource' -d 'What stands behind :: is a resource or template, by its URI at the server.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user deny" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user deny" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user revoke" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user revoke" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user revoke" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user revoke" -ge 2' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user revoke" prompt' -l 'prompt' -d 'What stands behind :: is a prompt.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user revoke" resource' -l 'resource' -d 'What stands behind :: is a resource or template, by its URI at the server.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user revoke" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user revoke" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user rights" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user rights" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta user rights" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user rights" server' -l 'server' -d 'Only of this server.' -rfka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user rights" denied' -l 'denied' -d 'Only what may not be used.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user rights" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta user rights" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta token" -eq 1' -fa 'create' -d 'Create a token for a user; it is shown this once and never again.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta token" -eq 1' -fa 'list' -d 'List tokens, of everyone or of one user; never the token itself.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta token" -eq 1' -fa 'revoke' -d 'Revoke a token for good; whoever uses it is out at once.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta token create" -eq 1' -fka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create" name' -l 'name' -d 'What the token is for.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create" expires' -l 'expires' -d 'When it expires: 90d, or a time like 2026-12-31T00:00:00Z. Without it: never.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create"' -l 'server' -d 'Narrow it to this server; may be given more than once.' -rfka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create"' -l 'tool' -d 'Narrow it to this tool, beside --server; may be given more than once.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create" rate-limit' -l 'rate-limit' -d 'Requests that may come by it: 100/min, 5/s, 2000/h, or none for any number.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token create" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token list" user' -l 'user' -d 'Only tokens of this user.' -rfka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token revoke" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token revoke" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token revoke" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta token revoke" -eq 1' -fka '(peta complete-names tokens)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token revoke" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta token revoke" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'apply' -d 'Put a policy set into force, in place of the one of its name.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'list' -d 'List the policy sets.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'show' -d 'Print a policy set as it was applied.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'history' -d 'List every change of a policy set, newest first.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'archive' -d 'Take a policy set out of force and keep it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'remove' -d 'Remove a policy set; its rules no longer decide.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'lint' -d 'Check policy sets without applying them.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'test' -d 'Tell how a call would be decided, and why; nothing is called.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'diff' -d 'Tell which recorded calls a new set would decide differently.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy" -eq 1' -fa 'effective' -d 'List the rules in force for a server, in the order in which they are tried.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy apply" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy apply" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy apply" f file' -s 'f' -l 'file' -d 'The set, YAML or JSON; - reads standard input.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy apply" name' -l 'name' -d 'The set\'s name, where the file does not say.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy apply" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy apply" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy show" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy show" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy show" -eq 1' -fka '(peta complete-names policies)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy show" version' -l 'version' -d 'An earlier version, also of a set that was removed.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy show" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy history" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy history" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy history" -eq 1' -fka '(peta complete-names policies)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy history" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy history" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy archive" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy archive" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy archive" -eq 1' -fka '(peta complete-names policies)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy archive" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy archive" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy remove" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy remove" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy remove" y yes' -s 'y' -l 'yes' -d 'Do not ask.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy remove" -eq 1' -fka '(peta complete-names policies)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy remove" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy lint" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy lint" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy lint" -ge 1' -F
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy lint" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy lint" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" user' -l 'user' -d 'Who calls.' -rfka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" tool' -l 'tool' -d 'The tool that is called.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" prompt' -l 'prompt' -d 'The prompt that is asked for.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" resource' -l 'resource' -d 'The resource that is read.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" args' -l 'args' -d 'The arguments, a JSON object; @FILE reads a file, - standard input.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" client' -l 'client' -d 'The name that the client gives itself.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" address' -l 'address' -d 'The address that the call comes from.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" time' -l 'time' -d 'The time of the call, as in 2026-12-31T17:00:00Z; now if not given.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" f file' -s 'f' -l 'file' -d 'A policy set that is taken as if it were applied; - reads standard input.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" name' -l 'name' -d 'The name of that set, where the file does not say.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy test" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" f file' -s 'f' -l 'file' -d 'The set, YAML or JSON; - reads standard input.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" name' -l 'name' -d 'The set\'s name, where the file does not say.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" last' -l 'last' -d 'The newest so many calls, 100000 at most; 1000 if no time is given.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" since' -l 'since' -d 'From this time on: 2h, 7d, or a time like 2026-03-09T17:00:00Z.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" until' -l 'until' -d 'Before this time.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" exit-code' -l 'exit-code' -d 'End with 1 when something differs.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy diff" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy effective" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy effective" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta policy effective" -eq 1' -fka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy effective" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta policy effective" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve" -eq 1' -fa 'review' -d 'Decide at a terminal, one request at a time.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve" -eq 1' -fa 'list' -d 'List the calls that wait, oldest first.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve" -eq 1' -fa 'show' -d 'Show one request with its arguments.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve" -eq 1' -fa 'allow' -d 'Say yes: the call runs, exactly as it was asked for.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve" -eq 1' -fa 'deny' -d 'Say no, with a reason that the one who asks reads.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve" -eq 1' -fa 'watch' -d 'Tell what waits and then what happens, a line each, until Ctrl-C.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve review" plain' -l 'plain' -d 'Line by line, without moving the cursor: for screen readers, and always so where TERM is dumb.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve review" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve review" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve review" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" status' -l 'status' -d 'The status: pending, approved, rejected, expired, executing, executed or failed.' -rfka 'pending approved rejected expired executing executed failed'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" all' -l 'all' -d 'Of every status.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" user' -l 'user' -d 'Of this user.' -rfka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" server' -l 'server' -d 'At this server.' -rfka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" limit' -l 'limit' -d 'At most so many, 1 to 100000.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve show" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve show" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve show" -eq 1' -fka '(peta complete-names approvals)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve show" full' -l 'full' -d 'Nothing of the arguments is hidden or cut; the audit records it.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve show" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve allow" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve allow" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve allow" -ge 1' -fka '(peta complete-names approvals)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve allow" reason' -l 'reason' -d 'Why; the audit keeps it.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve allow" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve allow" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve deny" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve deny" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta approve deny" -ge 1' -fka '(peta complete-names approvals)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve deny" reason' -l 'reason' -d 'Why.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve deny" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve deny" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve watch" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve watch" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve watch" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta approve watch" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta network" -eq 1' -fa 'show' -d 'Show the mode and the list.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta network" -eq 1' -fa 'allow' -d 'Manage the list of addresses.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta network" -eq 1' -fa 'mode' -d 'Show or set what the list does.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network show" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network show" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network show" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta network allow" -eq 1' -fa 'list' -d 'List the ranges from which clients may come.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta network allow" -eq 1' -fa 'add' -d 'Let clients come from an address or a range.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta network allow" -eq 1' -fa 'remove' -d 'Take an address or a range off the list.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow list" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow list" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow list" workspace' -l 'workspace' -d 'Only the list of this workspace.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow list" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow add" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow add" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow add" workspace' -l 'workspace' -d 'Only for users of this workspace.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow add" note' -l 'note' -d 'What it is for.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow add" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow remove" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow remove" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow remove" workspace' -l 'workspace' -d 'From the list of this workspace.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow remove" y yes' -s 'y' -l 'yes' -d 'Also where that shuts every client out.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow remove" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network allow remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network mode" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network mode" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta network mode" -eq 1' -fka 'off report enforce'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network mode" y yes' -s 'y' -l 'yes' -d 'Also where that shuts every client out.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network mode" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta network mode" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta audit" -eq 1' -fa 'tail' -d 'Show the last records, and with -f each new one as it is written.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta audit" -eq 1' -fa 'query' -d 'Find records; all filters that are given must hold.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta audit" -eq 1' -fa 'verify' -d 'Prove that no record was changed, removed or reordered.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit tail" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit tail" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit tail" lines n' -s 'n' -l 'lines' -d 'Begin with the last so many.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit tail" f follow' -s 'f' -l 'follow' -d 'Go on with what comes, until Ctrl-C.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit tail" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit tail" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" user' -l 'user' -d 'The user.' -rfka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" server' -l 'server' -d 'The server.' -rfka '(peta complete-names servers)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" tool' -l 'tool' -d 'The tool, by its own name.' -rfka '(peta complete-names tools)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" kind' -l 'kind' -d 'call or admin.' -rfka 'call admin'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" outcome' -l 'outcome' -d 'How it ended: ok, error, denied, pending, cancelled, timeout, lost or stopped.' -rfka 'ok error denied pending cancelled timeout lost stopped'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" decision' -l 'decision' -d 'What was decided: allow, deny or require_approval.' -rfka 'allow deny require_approval'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" session' -l 'session' -d 'The session\'s id.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" request-id' -l 'request-id' -d 'The request\'s id.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" since' -l 'since' -d 'From this time on: 2h, 7d, or a time like 2026-03-09T17:00:00Z.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" until' -l 'until' -d 'Before this time.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" limit' -l 'limit' -d 'At most so many, the newest.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit query" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit verify" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit verify" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit verify" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta audit verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta why" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta why" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta why" last' -l 'last' -d 'The newest call, of the user that is given or of all.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta why" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta why" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" admin-socket' -l 'admin-socket' -d 'The gateway\'s admin socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta connect" -eq 1' -fka 'claude-desktop claude-code cursor vscode codex n8n'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" via' -l 'via' -d 'http, or stdio through \'peta mcp-stdio\'.' -rfka 'http stdio'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" name' -l 'name' -d 'The gateway\'s name in the client.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" token-file' -l 'token-file' -d 'Read the access token from a file.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" token-stdin' -l 'token-stdin' -d 'Read the access token from standard input.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" new-token' -l 'new-token' -d 'Create an access token of this user.' -rfka '(peta complete-names users)'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" url' -l 'url' -d 'The gateway\'s endpoint, if it is not what the gateway itself says.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" socket' -l 'socket' -d 'The gateway\'s MCP socket, if it is not what the gateway itself says.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" file' -l 'file' -d 'The client\'s file, if it is not the usual one.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" write' -l 'write' -d 'Write it into the client\'s file.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta connect" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta mcp-stdio" socket' -l 'socket' -d 'The gateway\'s MCP socket.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta mcp-stdio" url' -l 'url' -d 'The gateway\'s endpoint on a loopback address, instead of a socket.' -rfka ''
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta mcp-stdio" token-file' -l 'token-file' -d 'Read the access token from a file.' -rF
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta mcp-stdio" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta mcp-stdio" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_positional "peta completion" -eq 1' -fka 'bash zsh fish'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta completion" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta completion" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta demo-server" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta demo-server" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta version" json' -l 'json' -d 'Print JSON for scripts.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta version" version' -l 'version' -d 'Show the version.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta version" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'peta' -n '__peta_should_offer_completions_for_flags_or_options "peta help" version' -l 'version' -d 'Show the version.'
