using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EmailAuth.Reports;

/// <summary>What is fixed about a finding's code.</summary>
/// <param name="Keyword">The code in one word.</param>
/// <param name="Severity">How much it matters, unless the place says otherwise.</param>
/// <param name="Section">The section behind it, or null.</param>
/// <param name="Template">The text, in which <c>{0}</c> and so on are the arguments.</param>
internal sealed record ReportFindingRule(string Keyword, ReportFindingSeverity Severity, string? Section, CompositeFormat Template)
{
    public ReportFindingRule(string keyword, ReportFindingSeverity severity, string? section, string template)
        : this(keyword, severity, section, CompositeFormat.Parse(template))
    {
    }

    /// <summary>What to do about it.</summary>
    public string Advice { get; init; } = Severity switch
    {
        ReportFindingSeverity.Note => "Nothing to do.",
        ReportFindingSeverity.Fault => "Tell the sender of the report; what could be read is usable.",
        ReportFindingSeverity.Fatal => "Do not use the report, and tell its sender.",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text. A caller can create a finding without the arguments of its code: its text then has gaps.</summary>
    public string Text(ImmutableArray<string> arguments)
    {
        var values = new object[Math.Max(arguments.Length, Template.MinimumArgumentCount)];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = index < arguments.Length ? arguments[index] : string.Empty;
        }

        var text = string.Format(CultureInfo.InvariantCulture, Template, values);
        return Section is null ? text : $"{text} ({Section})";
    }
}
