using System.Diagnostics;
using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>How a finding is shown.</summary>
internal static class SeverityTone
{
    public static Tone Tone(this FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => Output.Tone.Bad,
        FindingSeverity.Warning => Output.Tone.Doubtful,
        FindingSeverity.Note => Output.Tone.Dim,
        _ => throw new UnreachableException(),
    };
}
