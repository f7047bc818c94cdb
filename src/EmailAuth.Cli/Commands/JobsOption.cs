using System.CommandLine;

namespace EmailAuth.Cli.Commands;

/// <summary>The option for the number of threads.</summary>
internal static class JobsOption
{
    public static Option<int> Create()
    {
        var option = new Option<int>("--jobs", "-j")
        {
            Description = "The number of threads. Default: one for each core.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var jobs) || jobs is < 1 or > 1024))
            {
                result.AddError($"--jobs must be a number from 1 to 1024, not '{result.Tokens[0].Value}'");
            }
        });
        return option;
    }
}
