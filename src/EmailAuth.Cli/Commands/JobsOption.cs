using System.CommandLine;
using System.Globalization;

namespace EmailAuth.Cli.Commands;

/// <summary>The options for how much is done at a time: threads, and lines in progress.</summary>
internal static class JobsOption
{
    public static Option<int> Create() => Create(
        new("--jobs", "-j") { Description = "The number of threads. Default: one for each core.", DefaultValueFactory = _ => Environment.ProcessorCount }, 1024);

    public static Option<int> CreateInFlight() => Create(
        new("--in-flight")
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"How many lines are in progress, most of them waiting for the DNS. Default: {OrderedWork.DefaultInFlight}."),
            DefaultValueFactory = _ => OrderedWork.DefaultInFlight,
        },
        65_536);

    private static Option<int> Create(Option<int> option, int most)
    {
        option.HelpName = "N";
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be a number from 1 to {most}, not '{result.Tokens[0].Value}'"));
            }
        });
        return option;
    }
}
