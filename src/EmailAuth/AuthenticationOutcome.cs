using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Composition;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Removal;
using EmailAuth.Rendering;
using EmailAuth.Results;
using EmailAuth.Spf;

namespace EmailAuth;

/// <summary>What was found for one message: each method's result with its evidence, the header field, and what to do. Immutable.</summary>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth;
/// using EmailAuth.Dns;
///
/// var pipeline = new AuthenticationPipeline(new StubResolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
/// var envelope = new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mail.example.com", "alice@example.com");
/// AuthenticationOutcome outcome = await pipeline.AuthenticateAsync(envelope, await File.ReadAllBytesAsync("message.eml"));
///
/// foreach (var method in outcome.Methods)
/// {
///     Console.WriteLine($"{method.Name}={method.Result} {method.Reason}");
/// }
///
/// foreach (var signature in outcome.Dkim?.Signatures ?? []) // each method has its evidence
/// {
///     Console.WriteLine($"signed by {signature.Domain}: {signature.Code}");
/// }
///
/// if (outcome.Disposition.Reply is { } reply) // the message is to be refused
/// {
///     Console.WriteLine($"{reply.Code} {reply.EnhancedCode} {reply.Text}");
/// }
///
/// foreach (var field in outcome.FieldsToRemove)
/// {
///     Console.WriteLine($"remove {field.Name} number {field.Occurrence}: {field.Reason}");
/// }
/// </code>
/// </example>
[DebuggerDisplay("{Header,nq}")]
public sealed class AuthenticationOutcome
{
    private Disposition _disposition = null!;
    private ImmutableArray<IMethodOutcome> _methods = [];
    private ImmutableArray<MethodResult> _results = [];

    /// <summary>The name under which the results are given.</summary>
    public required string AuthservId { get; init; }

    /// <summary>
    /// What each method found that was run, in the order of the header field. The properties of the methods below read and replace its
    /// elements; a method that has no property of its own can be added (<see cref="WithMethod"/>), and every output has it.
    /// </summary>
    public ImmutableArray<IMethodOutcome> Methods { get => _methods; init => _methods = value; }

    /// <summary>Reverse DNS of the client; null when it was not checked (no address known, or switched off).</summary>
    public IprevResult? Iprev { get => Find<IprevResult>("iprev"); init => Methods = MethodTable.With(Methods, "iprev", value); }

    /// <summary>SPF for MAIL FROM, or for postmaster at the HELO name with a null reverse-path; null when it was not checked.</summary>
    public SpfResult? Spf { get => Find<SpfResult>("spf"); init => Methods = MethodTable.With(Methods, "spf", value); }

    /// <summary>SPF for HELO; null when it was not checked.</summary>
    public SpfResult? SpfHelo { get => Find<SpfResult>("spf_helo"); init => Methods = MethodTable.With(Methods, "spf_helo", value); }

    /// <summary>DKIM, one result for each signature; null when it was not checked.</summary>
    public DkimResults? Dkim { get => Find<DkimResults>("dkim"); init => Methods = MethodTable.With(Methods, "dkim", value); }

    /// <summary>The ARC chain; null when it was not checked.</summary>
    public ArcResult? Arc { get => Find<ArcResult>("arc"); init => Methods = MethodTable.With(Methods, "arc", value); }

    /// <summary>DMARC; null when it was not checked.</summary>
    public DmarcResult? Dmarc { get => Find<DmarcResult>("dmarc"); init => Methods = MethodTable.With(Methods, "dmarc", value); }

    /// <summary>BIMI; null when it was not checked.</summary>
    public BimiResult? Bimi { get => Find<BimiResult>("bimi"); init => Methods = MethodTable.With(Methods, "bimi", value); }

    /// <summary>Who the message says wrote it.</summary>
    public required Author Author { get; init; }

    /// <summary>How the header breaks RFC 5322.</summary>
    public HeaderDefects HeaderDefects { get; init; }

    /// <summary>
    /// Whether the lines of the message ended in LF alone, as in files (<see cref="LineEndings.AreLineFeeds"/>), and the message was judged as if
    /// they ended in CRLF.
    /// </summary>
    public bool HasConvertedLineEnds { get; internal init; }

    /// <summary>
    /// Which of <see cref="MessageLimits"/> the header exceeds, in one line; null when all of it was read. Fields past the limit are neither
    /// judged nor searched for fields to remove.
    /// </summary>
    public string? HeaderLimit { get; internal init; }

    /// <summary>
    /// Whether the envelope was a guess from fields of the message (<see cref="SmtpEnvelope.IsReconstructed"/>): the outcome is an explanation
    /// and not a verdict.
    /// </summary>
    public bool HasReconstructedEnvelope { get; internal init; }

    /// <summary>What to do with the message, after local policy.</summary>
    public required Disposition Disposition { get => _disposition; init => _disposition = value; }

    /// <summary>
    /// Fields that arrived with the message and must go before it is handed on: those that claim our authserv-id (RFC 8601 section 5;
    /// of ARC's those outside a chain that passes and that we sealed), those that only a receiver may set for BIMI, Received-SPF where
    /// <see cref="AuthenticationOptions.RemoveReceivedSpf"/> says so, and a first line that starts with white space, which would continue
    /// <see cref="Header"/>. That one may have no name: remove by <see cref="FieldToRemove.Index"/>. Top first.
    /// </summary>
    public ImmutableArray<FieldToRemove> FieldsToRemove { get; init; } = [];

    /// <summary>
    /// All results in the terms of RFC 8601, in the order of the header field. <see cref="Header"/> has the part of them that existing readers
    /// accept.
    /// </summary>
    public ImmutableArray<MethodResult> Results { get => _results; init => _results = value; }

    /// <summary>
    /// The whole Authentication-Results field, folded with CRLF, without a final CRLF. It belongs at the very top of the message, from which
    /// <see cref="FieldsToRemove"/> are taken first: one of them may be a line that would continue it. Empty when
    /// <see cref="HasReconstructedEnvelope"/> is true: the field would claim what nobody knows.
    /// </summary>
    /// <remarks>
    /// It has the methods and properties that existing readers know, and nothing that they misread: in text that a sender chose, a question
    /// mark replaces each escape, quote and semicolon and whatever looks like a result. It is ASCII, except for values of an
    /// internationalized message (RFC 8616) and for an <see cref="AuthservId"/> that is not ASCII.
    /// </remarks>
    public required string Header { get; init; }

    /// <summary>The field's value alone: <see cref="Header"/> after the name, the colon and one space; empty when it is empty.</summary>
    public string HeaderValue => Header.Length == 0 ? Header : Header[(Header.IndexOf(':', StringComparison.Ordinal) + 2)..];

    /// <summary>
    /// A second Authentication-Results field, in the same form, for what existing readers do not accept in the first; null when there is
    /// nothing to say, or when <see cref="AuthenticationOptions.ExtendedResults"/> does not ask for it. It belongs right below <see cref="Header"/>.
    /// </summary>
    public string? ExtendedHeader { get; init; }

    /// <summary>The value alone of <see cref="ExtendedHeader"/>, or null.</summary>
    public string? ExtendedHeaderValue => ExtendedHeader?[(ExtendedHeader.IndexOf(':', StringComparison.Ordinal) + 2)..];

    /// <summary>
    /// The client that one of the site's own relays recorded, by which the message was judged instead of the one that connected; null when
    /// no relay brought the message.
    /// </summary>
    public RelayedClient? Relay { get; init; }

    /// <summary>The operator's exceptions (<see cref="LocalPolicy.Exceptions"/>) that changed something: what is done, or which methods count.</summary>
    public ImmutableArray<PolicyExceptionLine> Exceptions { get; init; } = [];

    /// <summary>How many DNS lookups were made; a repeated question counts once.</summary>
    public int LookupCount { get; internal init; }

    /// <summary>The time from the start of the message to this outcome.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>The outcome as an indented JSON object, evidence included.</summary>
    public string ToJson() => OutcomeJson.Write(this, MethodTable.RowsOf(this).Select(static row => row.Name));

    /// <summary>
    /// The same outcome with one more method, whose results come last. The header fields do not change: they were written without it.
    /// Of several methods with one name every result is kept, and JSON and tables show the evidence of the first.
    /// </summary>
    /// <param name="method">What the method found.</param>
    public AuthenticationOutcome WithMethod(IMethodOutcome method)
    {
        ArgumentNullException.ThrowIfNull(method);
        var changed = (AuthenticationOutcome)MemberwiseClone();
        changed._methods = Methods.Add(method);
        changed._results = Results.AddRange(method.ToMethodResults());
        return changed;
    }

    /// <summary>
    /// The same outcome with another disposition, for a host that must refuse what the library does not. The header fields do not change: they were written
    /// without it.
    /// </summary>
    /// <param name="disposition">What the host does, and why.</param>
    /// <exception cref="ArgumentNullException"><paramref name="disposition"/> is null.</exception>
    public AuthenticationOutcome WithDisposition(Disposition disposition)
    {
        ArgumentNullException.ThrowIfNull(disposition);
        var changed = (AuthenticationOutcome)MemberwiseClone();
        changed._disposition = disposition;
        return changed;
    }

    private T? Find<T>(string name)
        where T : class, IMethodOutcome => Find<T>(Methods, name);

    /// <summary>What a method found; null when it is not among them, or of another type.</summary>
    internal static T? Find<T>(ImmutableArray<IMethodOutcome> methods, string name)
        where T : class, IMethodOutcome
    {
        foreach (var method in methods)
        {
            if (method is T found && method.Name == name)
            {
                return found;
            }
        }

        return null;
    }
}
