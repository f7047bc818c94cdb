using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Milter.Configuration;

/// <summary>The sources of the configuration: a file, the environment, the command line. A later source overrides an earlier one.</summary>
/// <param name="File">The JSON file, or null.</param>
/// <param name="Overrides">Keys and values of the command line.</param>
internal sealed record ConfigurationSource(string? File, IReadOnlyList<KeyValuePair<string, string?>> Overrides)
{
    public const string EnvironmentPrefix = "EMAILAUTH_MILTER_";

    /// <summary>Reads all sources again.</summary>
    public MilterOptionsResult Read()
    {
        var builder = new ConfigurationBuilder();
        if (File is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(File), optional: false, reloadOnChange: false);
        }

        builder.AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(Overrides);
        try
        {
            var configuration = builder.Build();
            return MilterFileSettings.Read(configuration);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            return new MilterOptionsResult(null, [$"{File}: {Problem(exception)}"]);
        }
    }

    // Where the JSON is wrong, the other exceptions only say that the file was not read.
    private static string Problem(Exception exception) => exception.GetBaseException() switch
    {
        JsonException mistake => JsonMistake.Text(mistake),
        var cause when cause != exception => $"{exception.Message} {cause.Message}",
        _ => exception.Message,
    };
}
