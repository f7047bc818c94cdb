using System.Diagnostics;

namespace EmailAuth.Cli.Output;

/// <summary>Something to point out about a published text.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What it is and what to do, in one line.</param>
/// <param name="Position">Where in the text it starts; null when it is not about a place in the text.</param>
/// <param name="Length">How many characters it spans; 0 when something is missing there.</param>
internal sealed record Finding(Severity Severity, string Message, int? Position = null, int Length = 1)
{
    public string Label => Severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Note => "note",
        _ => throw new UnreachableException(),
    };

    public Tone Tone => Severity switch
    {
        Severity.Error => Tone.Bad,
        Severity.Warning => Tone.Doubtful,
        Severity.Note => Tone.Dim,
        _ => throw new UnreachableException(),
    };
}
