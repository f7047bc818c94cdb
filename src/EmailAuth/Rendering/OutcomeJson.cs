using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;

namespace EmailAuth.Rendering;

/// <summary>
/// An outcome as JSON, with the evidence. Test vectors and the batch command use the same names of members. The member of a method that was
/// not checked is null.
/// </summary>
internal static class OutcomeJson
{
    private static readonly JsonWriterOptions Format = new()
    {
        Indented = true,
        NewLine = "\n",

        // The text does not go into a web page, so readable characters need no escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="methods">The names of the methods to write, checked or not.</param>
    public static string Write(AuthenticationOutcome outcome, IEnumerable<string> methods)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteString("authserv_id", outcome.AuthservId);
            json.WriteString("authentication_results", outcome.Header.Length == 0 ? null : Unfold(outcome.HeaderValue));
            json.WriteString("extended_authentication_results", outcome.ExtendedHeaderValue is { } extended ? Unfold(extended) : null);
            Write(json, outcome.Disposition);
            WriteRelay(json, outcome.Relay);
            WriteExceptions(json, outcome);
            WriteAuthor(json, outcome);
            json.WriteString("line_ends", outcome.HasConvertedLineEnds ? "LF, judged as CRLF" : "CRLF");
            foreach (var name in methods)
            {
                json.WritePropertyName(name);
                if (outcome.Methods.FirstOrDefault(method => method.Name == name) is { } found)
                {
                    found.WriteJson(json);
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            WriteFieldsToRemove(json, outcome);
            json.WriteNumber("lookups", outcome.LookupCount);
            json.WriteNumber("elapsed_ms", Math.Round(outcome.Elapsed.TotalMilliseconds, 3));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>RFC 5322 section 2.2.3: removes line ends and keeps white space.</summary>
    public static string Unfold(string value) => value.Replace("\r\n", string.Empty, StringComparison.Ordinal);

    private static void Write(Utf8JsonWriter json, Disposition disposition)
    {
        json.WriteStartObject("disposition");
        json.WriteString("action", disposition.Action.Keyword());
        json.WriteString("reason", disposition.Reason);
        json.WriteString("reason_code", disposition.ReasonCode);
        json.WriteString("smtp_reply", disposition.Reply?.ToString());
        json.WritePropertyName("reply");
        Write(json, disposition.Reply);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SmtpReply? reply)
    {
        if (reply is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("code", reply.Code);
        json.WriteString("enhanced_code", reply.EnhancedCode);
        json.WriteString("text", reply.Text);
        json.WriteEndObject();
    }

    // Absent without a relay: few sites have one.
    private static void WriteRelay(Utf8JsonWriter json, RelayedClient? relayed)
    {
        if (relayed is not null)
        {
            json.WriteStartObject("relay");
            json.WriteString("name", relayed.Relay);
            json.WriteString("client", relayed.Address?.ToString());
            json.WriteString("helo", relayed.Helo);
            json.WriteString("problem", relayed.Problem);
            json.WriteEndObject();
        }
    }

    private static void WriteExceptions(Utf8JsonWriter json, AuthenticationOutcome outcome)
    {
        if (!outcome.Exceptions.IsEmpty)
        {
            json.WriteStartArray("exceptions");
            foreach (var exception in outcome.Exceptions)
            {
                json.WriteStartObject();
                json.WriteNumber("line", exception.Line);
                json.WriteString("action", exception.Action);
                json.WriteString("why", exception.Why);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteAuthor(Utf8JsonWriter json, AuthenticationOutcome outcome)
    {
        json.WriteStartObject("author");
        json.WriteString("domain", outcome.Author.Domain?.ToString());
        json.WriteString("local_part", outcome.Author.LocalPart);
        json.WriteString("reason", outcome.Author.Reason);
        json.WriteString("reason_code", outcome.Author.ReasonCode);
        json.WriteTexts("header_defects", outcome.HeaderDefects.Keywords());
        json.WriteEndObject();
    }

    private static void WriteFieldsToRemove(Utf8JsonWriter json, AuthenticationOutcome outcome)
    {
        json.WriteStartArray("fields_to_remove");
        foreach (var field in outcome.FieldsToRemove)
        {
            json.WriteStartObject();
            json.WriteNumber("index", field.Index);
            json.WriteString("name", field.Name);
            json.WriteNumber("occurrence", field.Occurrence);
            json.WriteString("reason", field.Reason);
            json.WriteString("reason_code", field.ReasonCode);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
