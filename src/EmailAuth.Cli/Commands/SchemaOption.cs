using System.CommandLine;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Commands;

/// <summary>The option that prints the JSON Schema of a command's output, and nothing else.</summary>
internal static class SchemaOption
{
    public static Option<bool> Create(string output) => new("--schema")
    {
        Description = $"Print the JSON Schema (draft 2020-12) of {output} and exit. No input is read.",
    };

    public static int Print(string name)
    {
        Console.Out.Write(OutputSchema.Text(name));
        return ExitCode.Success;
    }
}
