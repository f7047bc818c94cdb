using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailAuth.Composition;

namespace EmailAuth.Testing;

/// <summary>Writes vectors as JSON, with the members that were read and not known.</summary>
internal static class VectorWriter
{
    // The text is read by JSON readers, never put into a page: it need not escape what only HTML minds.
    internal static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented = OneLine with { Indented = true, NewLine = "\n" };

    public static string Write(TestVector vector, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : OneLine))
        {
            Write(writer, vector);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, TestVector vector)
    {
        writer.WriteStartObject();
        writer.WriteString("id", vector.Id);
        WriteText(writer, "suite", vector.Suite);
        WriteText(writer, "source", vector.Source);
        WriteText(writer, "note", vector.Note);
        WriteText(writer, "checks", vector.Checks);
        if (vector.Zone is not null)
        {
            writer.WritePropertyName("zone");
            ZoneWriter.Write(writer, vector.Zone);
        }

        writer.WriteStartObject("input");
        Write(writer, vector.Input);
        writer.WriteEndObject();
        if (vector.Expect is not null)
        {
            writer.WriteStartObject("expect");
            Write(writer, vector.Expect);
            writer.WriteEndObject();
        }

        vector.Unknown.Write(writer);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, VectorInput input)
    {
        WriteText(writer, "ip", input.ClientAddress?.ToString());
        WriteText(writer, "helo", input.Helo);
        WriteText(writer, "mail_from", input.MailFrom);
        if (!input.RcptTo.IsDefaultOrEmpty)
        {
            WriteTexts(writer, "rcpt_to", input.RcptTo);
        }

        if (input.MessagePath is not null)
        {
            writer.WriteString("message", input.MessagePath);
        }
        else if (input.Message is { } message)
        {
            writer.WriteBase64String("message_b64", message.Span);
        }

        WriteText(writer, "now", input.Now?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"));
        var options = input.Options;
        if (!ReferenceEquals(options, VectorOptions.Default))
        {
            writer.WriteStartObject("options");
            WriteText(writer, "authserv_id", options.AuthservId);
            WriteText(writer, "receiver", options.Receiver);
            if (options.MinRsaBits is { } bits)
            {
                writer.WriteNumber("min_rsa_bits", bits);
            }

            if (options.AllowSha1 is { } allowSha1)
            {
                writer.WriteBoolean("allow_sha1", allowSha1);
            }

            options.Unknown.Write(writer);
            writer.WriteEndObject();
        }

        if (input.Seal is { } seal)
        {
            writer.WriteStartObject("seal");
            writer.WriteString("private_key", seal.PrivateKey);
            writer.WriteString("selector", seal.Selector);
            writer.WriteString("domain", seal.Domain);
            writer.WriteNumber("timestamp", seal.Timestamp);
            writer.WriteString("headers", seal.Headers);
            writer.WriteString("authserv_id", seal.AuthservId);
            seal.Unknown.Write(writer);
            writer.WriteEndObject();
        }

        input.Unknown.Write(writer);
    }

    private static void Write(Utf8JsonWriter writer, VectorExpectation expectation)
    {
        foreach (var row in expectation.Rows)
        {
            Write(writer, row, expectation.Methods[row.Name]);
        }

        WriteText(writer, "authentication_results", expectation.AuthenticationResults);
        if (expectation.Seal is { } seal)
        {
            writer.WriteStartObject("seal");
            writer.WriteString("AS", seal.Seal);
            writer.WriteString("AMS", seal.MessageSignature);
            writer.WriteString("AAR", seal.AuthenticationResults);
            seal.Unknown.Write(writer);
            writer.WriteEndObject();
        }

        expectation.Unknown.Write(writer);
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, ImmutableArray<string> texts)
    {
        if (texts.IsDefault)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, MethodRow row, ExpectedMethod method)
    {
        if (!method.Results.IsDefault && row.Each is not null)
        {
            writer.WriteStartArray(row.Name);
            foreach (var result in method.Results)
            {
                Write(writer, row, result);
            }

            writer.WriteEndArray();
        }
        else if (!method.Results.IsDefault && row.IsPlain() && method.Results[0] is { Properties.IsEmpty: true, Unknown.IsEmpty: true } plain)
        {
            WriteTexts(writer, row.Name, plain.Result);
            foreach (var member in row.Expected)
            {
                WriteText(writer, $"{row.Name}_{member}", plain.Evidence.GetValueOrDefault(member));
            }
        }
        else if (!method.Results.IsDefault)
        {
            writer.WritePropertyName(row.Name);
            Write(writer, row, method.Results[0]);
        }

        WriteTexts(writer, row.Name + ExpectationReader.Last, method.Last);
        WriteTexts(writer, row.Name + ExpectationReader.Best, method.Best);
    }

    private static void Write(Utf8JsonWriter writer, MethodRow row, ExpectedResult result)
    {
        writer.WriteStartObject();
        string[] first = row.IsPlain() ? [MethodEvidence.Result, .. row.Expected] : [.. row.Expected];
        foreach (var member in first.Union(result.Evidence.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            if (member == MethodEvidence.Result)
            {
                WriteTexts(writer, member, result.Result);
            }
            else
            {
                WriteText(writer, member, result.Evidence.GetValueOrDefault(member));
            }
        }

        if (!result.Properties.IsEmpty)
        {
            writer.WriteStartObject(ExpectationReader.Properties);
            foreach (var (name, value) in result.Properties.OrderBy(static property => property.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        result.Unknown.Write(writer);
        writer.WriteEndObject();
    }
}
