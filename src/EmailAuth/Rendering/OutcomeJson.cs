using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Iprev;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Rendering;

/// <summary>
/// An outcome as JSON: what test vectors and the batch command name, by the same members, and the evidence beside it. The members of a
/// method that was not checked are null.
/// </summary>
internal static class OutcomeJson
{
    private static readonly JsonWriterOptions Format = new()
    {
        Indented = true,
        NewLine = "\n",

        // The text is not put into a web page: what is readable stays readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(AuthenticationOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteString("authserv_id", outcome.AuthservId);
            json.WriteString("authentication_results", Unfold(outcome.HeaderValue));
            json.WriteString("extended_authentication_results", outcome.ExtendedHeaderValue is { } extended ? Unfold(extended) : null);
            Write(json, outcome.Disposition);
            WriteAuthor(json, outcome);
            json.WriteString("line_ends", outcome.HasConvertedLineEnds ? "LF, judged as CRLF" : "CRLF");
            WriteSpf(json, "spf", outcome.Spf);
            WriteSpf(json, "spf_helo", outcome.SpfHelo);
            WriteDkim(json, outcome.Dkim);
            WriteArc(json, outcome.Arc);
            WriteDmarc(json, outcome.Dmarc);
            WriteBimi(json, outcome.Bimi);
            WriteIprev(json, outcome.Iprev);
            WriteFieldsToRemove(json, outcome);
            json.WriteNumber("lookups", outcome.LookupCount);
            json.WriteNumber("elapsed_ms", Math.Round(outcome.Elapsed.TotalMilliseconds, 3));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Unfold(string value) => value.Replace("\r\n", string.Empty, StringComparison.Ordinal);

    private static void Write(Utf8JsonWriter json, Disposition disposition)
    {
        json.WriteStartObject("disposition");
        json.WriteString("action", disposition.Action.Keyword());
        json.WriteString("reason", disposition.Reason);
        json.WriteString("smtp_reply", disposition.SmtpReply);
        json.WriteEndObject();
    }

    private static void WriteAuthor(Utf8JsonWriter json, AuthenticationOutcome outcome)
    {
        json.WriteStartObject("author");
        json.WriteString("domain", outcome.Author.Domain?.ToString());
        json.WriteString("local_part", outcome.Author.LocalPart);
        json.WriteString("reason", outcome.Author.Reason);
        json.WriteString("header_defects", outcome.HeaderDefects.ToString());
        json.WriteEndObject();
    }

    private static void WriteSpf(Utf8JsonWriter json, string name, SpfResult? spf)
    {
        if (spf is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("result", spf.Code.Keyword());
        json.WriteString("domain", spf.Domain?.ToString());
        json.WriteString("sender", spf.Sender);
        json.WriteString("explanation", spf.Explanation);
        json.WriteString("mechanism", spf.MatchedMechanism?.ToString());
        json.WriteString("reason", spf.Reason);
        json.WriteNumber("lookups", spf.LookupCount);
        json.WriteNumber("void_lookups", spf.VoidLookupCount);
        json.WriteEndObject();
    }

    private static void WriteDkim(Utf8JsonWriter json, DkimResults? dkim)
    {
        if (dkim is null)
        {
            json.WriteNull("dkim");
            return;
        }

        json.WriteStartArray("dkim");
        foreach (var result in dkim.Signatures)
        {
            json.WriteStartObject();
            json.WriteString("domain", result.Domain?.ToString());
            json.WriteString("selector", result.Selector);
            json.WriteString("result", result.Code.Keyword());
            json.WriteString("reason", result.Reason);
            json.WriteString("algorithm", result.Signature?.Algorithm.Name);
            json.WriteString("identity", result.Signature?.Identity);
            if (result.KeyBits is { } bits)
            {
                json.WriteNumber("key_bits", bits);
            }

            if (result.Signature is { } signature)
            {
                json.WriteString("signed_fields", string.Join(':', signature.FieldNames));
                json.WriteString("signed_at", signature.SignedAt?.ToString("u"));
                json.WriteString("expires_at", signature.ExpiresAt?.ToString("u"));
            }

            json.WriteNumber("unsigned_body_octets", result.UnsignedBodyLength);
            json.WriteBoolean("testing", result.IsTesting);
            WriteTexts(json, "unsigned_copies", result.UnsignedCopies);
            json.WriteString("header_check", result.HeaderCheck.ToString());
            json.WriteString("body_check", result.BodyCheck.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteArc(Utf8JsonWriter json, ArcResult? arc)
    {
        if (arc is null)
        {
            json.WriteNull("arc");
            return;
        }

        json.WriteStartObject("arc");
        json.WriteString("result", ArcResult.NameOf(arc.Code));
        json.WriteString("reason", arc.Reason);
        if (arc.OldestPass is { } oldest)
        {
            json.WriteNumber("oldest_pass", oldest);
        }

        json.WriteStartArray("sets");
        foreach (var set in arc.Sets)
        {
            json.WriteStartObject();
            json.WriteNumber("instance", set.Instance);

            // What a set says is its domain's only where the seal was verified.
            json.WriteString("domain", set.IsSealVerified ? set.SealingDomain.ToString() : null);
            json.WriteString("claimed_domain", set.SealingDomain.ToString());
            json.WriteString("seal", set.SealResult.Code == SignatureResultCode.None ? "not checked" : set.SealResult.Code.Keyword());
            json.WriteString("chain_validation", ArcResult.NameOf(set.Seal.ChainValidation));
            WriteTexts(json, "claims", set.Results?.Results.Select(r => $"{r.Method}={r.Result}") ?? []);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDmarc(Utf8JsonWriter json, DmarcResult? dmarc)
    {
        if (dmarc is null)
        {
            json.WriteNull("dmarc");
            return;
        }

        json.WriteStartObject("dmarc");
        json.WriteString("result", dmarc.ToMethodResult().Result);
        json.WriteString("policy", dmarc.PublishedPolicy is { } policy ? DmarcResult.Keyword(policy) : null);
        json.WriteString("disposition", DmarcResult.Keyword(dmarc.AppliedDisposition));
        json.WriteString("org_domain", dmarc.OrganizationalDomain?.ToString());
        json.WriteString("author_domain", dmarc.AuthorDomain?.ToString());
        json.WriteString("policy_domain", dmarc.PolicyDomain?.ToString());
        json.WriteString("record", dmarc.Record?.Text);
        json.WriteString("reason", dmarc.Reason);
        json.WriteString("override", dmarc.Override?.TypeKeyword);
        json.WriteString("override_comment", dmarc.Override?.Comment);
        WriteTexts(json, "alignments", dmarc.Alignments.Select(a => a.ToString()));
        WriteTexts(json, "walk", dmarc.Walk.Select(w => w.ToString()));
        json.WriteEndObject();
    }

    private static void WriteBimi(Utf8JsonWriter json, BimiResult? bimi)
    {
        if (bimi is null)
        {
            json.WriteNull("bimi");
            return;
        }

        json.WriteStartObject("bimi");
        json.WriteString("result", bimi.ToMethodResult().Result);
        json.WriteString("domain", bimi.Domain?.ToString());
        json.WriteString("selector", bimi.Selector);
        json.WriteString("location", bimi.Record?.Location);
        json.WriteString("evidence", bimi.Record?.EvidenceLocation);
        json.WriteString("reason", bimi.Reason);
        json.WriteEndObject();
    }

    private static void WriteIprev(Utf8JsonWriter json, IprevResult? iprev)
    {
        if (iprev is null)
        {
            json.WriteNull("iprev");
            return;
        }

        json.WriteStartObject("iprev");
        json.WriteString("result", iprev.ToMethodResult().Result);
        json.WriteString("address", iprev.Address.ToString());
        json.WriteString("host", iprev.HostName?.ToString());
        json.WriteString("reason", iprev.Reason);
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
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
