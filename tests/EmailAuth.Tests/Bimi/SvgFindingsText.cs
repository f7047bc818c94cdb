using System.Text;
using EmailAuth.Bimi;

namespace EmailAuth.Tests.Bimi;

/// <summary>All that checking a logo found, as text.</summary>
internal static class SvgFindingsText
{
    /// <summary>One line for each problem and piece of advice, and one for the title.</summary>
    public static string Of(byte[] document, SvgLimits? limits = null)
    {
        var findings = SvgTinyPs.Validate(document, limits);
        return string.Join('\n', [
            .. findings.Violations.Select(static problem => $"{problem.Code} {problem.Line}:{problem.Column} {problem.Reason}"),
            .. findings.Advice.Select(static problem => $"advice {problem.Code} {problem.Line}:{problem.Column} {problem.Reason}"),
            (findings.IsValid ? "valid" : "not valid") + (findings.Title is { } title ? $", title [{title}]" : ", no title"),
        ]);
    }

    public static string Of(string document, SvgLimits? limits = null) => Of(Encoding.UTF8.GetBytes(document), limits);
}
