using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Signatures;

namespace EmailAuth.Vectors;

/// <summary>The lines of a batch's output: one JSON object for each line of its input.</summary>
public static class BatchResult
{
    /// <summary>The line for a message that was judged. The members of a method that was not checked are null.</summary>
    /// <param name="id">The <see cref="BatchLine.Id"/>.</param>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The line, without line end.</returns>
    public static string ToJsonLine(string? id, AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return Write(writer => WriteOutcome(writer, id, outcome));
    }

    /// <summary>The line for one that could not be read.</summary>
    /// <param name="lineNumber">The number of the input's line, from 1.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <returns>The line, without line end.</returns>
    public static string ToErrorLine(long lineNumber, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lineNumber, 1);
        ArgumentNullException.ThrowIfNull(reason);
        return Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNull("id");
            writer.WriteString("error", string.Create(CultureInfo.InvariantCulture, $"line {lineNumber}: {reason}"));
            writer.WriteEndObject();
        });
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, VectorWriter.OneLine))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteOutcome(Utf8JsonWriter writer, string? id, AuthenticationOutcome outcome)
    {
        var verdict = new Verdict(outcome);
        writer.WriteStartObject();
        writer.WriteString("id", id);
        if (Begin(writer, "spf", verdict.Spf ?? Verdict.NothingToCheck))
        {
            writer.WriteString("domain", verdict.SpfDomain);
            writer.WriteString("explanation", verdict.SpfExplanation);
            writer.WriteEndObject();
        }

        WriteSignatures(writer, outcome.Dkim);
        if (Begin(writer, "dmarc", verdict.Dmarc))
        {
            writer.WriteString("policy", verdict.DmarcPolicy);
            writer.WriteString("disposition", verdict.DmarcDisposition);
            writer.WriteString("org_domain", verdict.DmarcOrgDomain);
            writer.WriteEndObject();
        }

        WriteResult(writer, "arc", verdict.Arc);
        WriteResult(writer, "bimi", verdict.Bimi);
        WriteResult(writer, "iprev", verdict.Iprev);
        writer.WriteString("authentication_results", verdict.AuthenticationResults);
        writer.WriteNull("error");
        writer.WriteEndObject();
    }

    private static void WriteSignatures(Utf8JsonWriter writer, DkimResults? dkim)
    {
        if (dkim is null)
        {
            writer.WriteNull("dkim");
            return;
        }

        writer.WriteStartArray("dkim");
        foreach (var signature in dkim.Signatures)
        {
            writer.WriteStartObject();
            writer.WriteString("domain", signature.Domain?.ToString());
            writer.WriteString("selector", signature.Selector);
            writer.WriteString("result", signature.Code.Keyword());
            writer.WriteString("reason", signature.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter writer, string method, string? result)
    {
        if (Begin(writer, method, result))
        {
            writer.WriteEndObject();
        }
    }

    private static bool Begin(Utf8JsonWriter writer, string method, string? result)
    {
        if (result is null)
        {
            writer.WriteNull(method);
            return false;
        }

        writer.WriteStartObject(method);
        writer.WriteString("result", result);
        return true;
    }
}
