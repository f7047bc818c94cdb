using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EmailAuth.Reports.Aggregate;

/// <summary>What is fixed about a finding's code.</summary>
/// <param name="Keyword">The code in one word.</param>
/// <param name="Severity">How much it matters, unless the place says otherwise.</param>
/// <param name="Section">The section behind it, or null.</param>
/// <param name="Template">The text, in which <c>{0}</c> and so on are the arguments.</param>
internal sealed record AggregateFindingRule(string Keyword, AggregateFindingSeverity Severity, string? Section, CompositeFormat Template)
{
    public AggregateFindingRule(string keyword, AggregateFindingSeverity severity, string? section, string template)
        : this(keyword, severity, section, CompositeFormat.Parse(template))
    {
    }

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
