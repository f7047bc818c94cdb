using System.CommandLine;

namespace EmailAuth.Cli.Commands;

/// <summary>The option that says how many cores to use.</summary>
internal static class JobsOption
{
    public static Option<int> Create()
    {
        var option = new Option<int>("--jobs", "-j")
        {
            Description = "How many threads work. Default: one for each core.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var jobs) || jobs is < 1 or > 1024))
            {
                result.AddError($"--jobs takes a number from 1 to 1024, not '{result.Tokens[0].Value}'");
            }
        });
        return option;
    }
}
