using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Output;

/// <summary>An outcome with all that is said about it: what the sender shows, the way of the message, the causes and what to do.</summary>
internal sealed class MessageAccount
{
    private MessageAccount(AuthenticationOutcome outcome, ShownText shown, OutcomeDiagnosis diagnosis)
    {
        Outcome = outcome;
        Shown = shown;
        Diagnosis = diagnosis;
    }

    public AuthenticationOutcome Outcome { get; }

    public ShownText Shown { get; }

    public OutcomeDiagnosis Diagnosis { get; }

    /// <summary>The envelope when something in it is from the message itself; else null.</summary>
    public StoredEnvelope? Envelope { get; private init; }

    /// <summary>The Received fields, the newest first.</summary>
    public ImmutableArray<MessageHop> Hops { get; private init; } = [];

    /// <summary>What each signature of DKIM covers, in their order.</summary>
    public ImmutableArray<SignatureCoverage> Coverage { get; private init; } = [];

    /// <summary>The identifiers that were checked.</summary>
    public ImmutableArray<IdentifierCheck> Checks { get; private init; } = [];

    /// <summary>The time for which the message was judged; null when it is not known here.</summary>
    public DateTimeOffset? CheckedAt { get; private init; }

    /// <summary>The size of the message with CRLF line ends; null when only its header is known here.</summary>
    public long? Octets { get; private init; }

    /// <summary>What changed the signatures that do not hold; null when it was not searched for.</summary>
    public ImmutableArray<SignatureDiagnosis>? Signatures { get; set; }

    /// <summary>How the message differs from the copy that the user gave; empty without one.</summary>
    public ImmutableArray<CopyComparison> Comparisons { get; set; } = [];

    /// <summary>What is said about an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="message">The message.</param>
    /// <param name="envelope">The envelope and where it is from; null when it was given as a whole.</param>
    /// <param name="checkedAt">The time for which the message was judged, if it is known.</param>
    /// <param name="isWhole">Whether this is the whole message, and not only its header.</param>
    public static MessageAccount Of(
        AuthenticationOutcome outcome, ReadOnlyMemory<byte> message, StoredEnvelope? envelope = null, DateTimeOffset? checkedAt = null, bool isWhole = false)
    {
        var wire = LineEndings.ToCrlf(message);
        var header = HeaderBlock.Parse(wire);
        return new MessageAccount(outcome, ShownText.Of(header), OutcomeDiagnosis.Of(outcome, header))
        {
            Hops = MessageHop.ReadAll(header, outcome.Spf?.Client, envelope?.Line),
            Coverage = SignatureCoverage.ReadAll(outcome.Dkim, header),
            Checks = IdentifierCheck.ReadAll(outcome),
            CheckedAt = checkedAt,
            Octets = isWhole ? wire.Length : null,
            Envelope = envelope is { IsOfMessage: true } ? envelope : null,
        };
    }

    /// <summary>Writes the outcome with all of it as a JSON object.</summary>
    /// <param name="options">The form of the JSON.</param>
    /// <param name="name">The path of the message; null when there is only one.</param>
    public string Json(JsonWriterOptions options, string? name = null)
    {
        using var document = JsonDocument.Parse(Outcome.ToJson());
        return JsonOutput.Text(
            json =>
            {
                json.WriteStartObject();
                if (name is not null)
                {
                    json.WriteString("message", name);
                }

                foreach (var member in document.RootElement.EnumerateObject())
                {
                    if (member.NameEquals("dkim") && member.Value.ValueKind == JsonValueKind.Array)
                    {
                        AccountJson.WriteSignatures(json, member.Value, Coverage);
                        continue;
                    }

                    member.WriteTo(json);
                    if (member.NameEquals("author"))
                    {
                        Shown.WriteTo(json);
                        Envelope?.WriteTo(json);
                    }
                    else if (member.NameEquals("disposition"))
                    {
                        AccountJson.Write(json, this);
                    }
                }

                AccountJson.WriteRun(json, this);
                json.WriteEndObject();
            },
            options);
    }
}
