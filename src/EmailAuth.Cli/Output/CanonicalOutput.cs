using System.Globalization;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Cli.Output;

/// <summary>Writes the octets that the hashes of signatures are made over, exactly: each line with its end, and escapes for all but printable ASCII.</summary>
internal static class CanonicalOutput
{
    public static void Write(TextWriter output, AuthenticationOutcome outcome, ReadOnlyMemory<byte> message)
    {
        foreach (var (index, result) in (outcome.Dkim?.Signatures ?? []).Index())
        {
            var title = string.Create(CultureInfo.InvariantCulture, $"# signature {index + 1}: d={VisibleText.Of(result.Domain?.ToString() ?? "?")} s={VisibleText.Of(result.Selector ?? "?")}");

            // A message may have thousands of signatures over the limit, and a body of any size.
            if (result.ReasonCode == "signature_limit" || result.Signature is not { } signature || CanonicalForm.Of(message, index, signature) is not { } form)
            {
                output.WriteLine($"{title}: nothing is hashed: {VisibleText.Of(result.Reason)}");
                continue;
            }

            WriteHalf(output, $"{title}: header, {signature.Canonicalization.Split('/')[0]}", form.Header.Span, result.HeaderCheck);
            WriteHalf(output, $"{title}: body, {signature.Canonicalization.Split('/')[1]}", form.Body.Span, result.BodyCheck);
        }
    }

    private static void WriteHalf(TextWriter output, string title, ReadOnlySpan<byte> octets, DkimCheck check)
    {
        var state = check switch
        {
            DkimCheck.Matches => "it matches",
            DkimCheck.Differs => "it differs",
            DkimCheck.NotChecked => "not checked",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}, {octets.Length} octets: {state}"));
        while (!octets.IsEmpty)
        {
            var end = octets.IndexOf((byte)'\n');
            var line = end < 0 ? octets : octets[..(end + 1)];
            output.WriteLine(Escaped(line));
            octets = octets[line.Length..];
        }
    }

    private static string Escaped(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder(line.Length + 4);
        foreach (var octet in line)
        {
            _ = octet switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                >= (byte)' ' and <= (byte)'~' => text.Append((char)octet),
                _ => text.Append("\\x").Append(octet.ToString("x2", CultureInfo.InvariantCulture)),
            };
        }

        return text.ToString();
    }
}
