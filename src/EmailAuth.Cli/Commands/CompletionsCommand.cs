using System.CommandLine;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth completions</c>: prints a script that completes commands and options in a shell.</summary>
internal static class CompletionsCommand
{
    // Each script asks the command for the words that are possible at the cursor, so that it always knows all of them.
    private const string Bash = """
        _emailauth() {
            local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
            COMPREPLY=($(compgen -W "$(emailauth "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _emailauth emailauth
        """;

    private const string Zsh = """
        #compdef emailauth
        _emailauth() {
            local -a suggestions
            suggestions=("${(@f)$(emailauth "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            if (( ${#suggestions} )) && [[ -n ${suggestions[1]} ]]; then
                compadd -a suggestions
            fi
            _files
        }
        # A file on fpath is the function's body at its first call; a script that is read defines the function for later.
        if [[ ${funcstack[1]} == _emailauth ]]; then
            _emailauth "$@"
        else
            compdef _emailauth emailauth
        fi
        """;

    private const string Fish = """
        function __emailauth_suggest
            set -l line (commandline -cp | string collect)
            emailauth "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c emailauth -a '(__emailauth_suggest)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completions", "Prints a script that completes this command's words in a shell.") { shell };
        command.SetAction(arguments =>
        {
            Console.Out.WriteLine(arguments.GetValue(shell) switch
            {
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Bash,
            });
            return ExitCode.Success;
        });
        return command.WithExamples("""
            Examples:
              source <(emailauth completions bash)
              emailauth completions zsh > "${fpath[1]}/_emailauth"
              emailauth completions fish > ~/.config/fish/completions/emailauth.fish

            Exit codes: 0 the script was printed, 2 wrong usage.

            """);
    }
}
