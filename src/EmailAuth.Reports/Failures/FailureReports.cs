using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Reports.Feedback;
using EmailAuth.Results;

namespace EmailAuth.Reports.Failures;

/// <summary>Makes the failure reports of a message that was judged (RFC 9991, RFC 6591). Pure.</summary>
/// <remarks>
/// No report is made
/// <list type="bullet">
/// <item>without <c>ruf</c>, without an address for mail in it, and for a record with <c>psd=y</c> (RFC 9991 section 2);</item>
/// <item>when <c>fo</c> does not ask for it (<see cref="FailureReportDecision"/>), or a failed query leaves open which record applies;</item>
/// <item>about a message that says that it is a report or an answer to one, or that has the null reverse-path: what a mail server says of a report of ours
/// would else lead to the next report;</item>
/// <item>when the message was refused for now (4xx), the client is not known, or the envelope is a guess.</item>
/// </list>
/// </remarks>
public static class FailureReports
{
    /// <summary>The reports, of which each is about one failure: DMARC first, then a signature, then SPF.</summary>
    /// <param name="message">The message; its <see cref="EvaluatedMessage.Header"/> is what the reports quote of it.</param>
    /// <param name="options">How they are made. The limits do not count here.</param>
    public static ImmutableArray<FailureIncident> Of(EvaluatedMessage message, FailureReportOptions options) => Of(message, options, null);

    /// <summary>The same, as far as a gate lets them in: those that only count have no report, which takes the most time.</summary>
    internal static ImmutableArray<FailureIncident> Of(EvaluatedMessage message, FailureReportOptions options, FailureGate? gate)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(options);
        var kinds = Asked(message, out var mailboxes);
        return kinds == FailureReportKinds.None ? [] : new Maker(message, options, mailboxes, gate).Make(kinds);
    }

    private static FailureReportKinds Asked(EvaluatedMessage message, out ImmutableArray<string> mailboxes)
    {
        mailboxes = [];
        var outcome = message.Outcome;
        if (outcome.Dmarc is not { Record: { FailureReportUris.IsEmpty: false, DomainRole: not DmarcDomainRole.PublicSuffix } record, PolicyDomain: not null, AuthorDomain: not null, IsPolicyAssumed: false } dmarc
            || dmarc.Code is DmarcResultCode.None or DmarcResultCode.PermError
            || outcome.HasReconstructedEnvelope
            || message.IsReport
            || message.Envelope.MailFrom is null or "" or "<>"
            || ClientOf(message) is null
            || (message.Applied?.Action ?? outcome.Disposition.Action) == DispositionAction.TempFail)
        {
            return FailureReportKinds.None;
        }

        var kinds = FailureReportDecision.Decide(record.FailureOptions, FailureFacts.Of(outcome));
        mailboxes = kinds == FailureReportKinds.None ? [] : Collection.ReportMailboxes.Of(record.FailureReportUris);
        return mailboxes.IsEmpty ? FailureReportKinds.None : kinds;
    }

    private static IPAddress? ClientOf(EvaluatedMessage message)
    {
        var address = message.Outcome.Relay is { } relay ? relay.Address : message.Envelope.ClientAddress;
        return address is null ? null
            : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes())
            : address;
    }

    /// <summary>The reports of one message.</summary>
    private sealed class Maker(EvaluatedMessage message, FailureReportOptions options, ImmutableArray<string> mailboxes, FailureGate? gate)
    {
        private readonly AuthenticationOutcome _outcome = message.Outcome;
        private readonly DmarcResult _dmarc = message.Outcome.Dmarc!;
        private readonly FailureFacts _facts = FailureFacts.Of(message.Outcome);
        private readonly IPAddress _client = ClientOf(message)!;
        private readonly ImmutableArray<FailureIncident>.Builder _incidents = ImmutableArray.CreateBuilder<FailureIncident>(3);
        private string? _header;

        public ImmutableArray<FailureIncident> Make(FailureReportKinds kinds)
        {
            if (kinds.HasFlag(FailureReportKinds.Dmarc))
            {
                AddDmarc();
            }

            if (kinds.HasFlag(FailureReportKinds.Dkim) && FailedSignature.Of(_outcome) is { } signature)
            {
                AddSignature(signature);
            }

            if (kinds.HasFlag(FailureReportKinds.Spf))
            {
                Add(FailedCheck.Spf, SpfResults(), null, hasSpf: true);
            }

            return _incidents.DrainToImmutable();
        }

        // RFC 9991 section 4: the fields of the mechanisms that failed are required, where there is something to say.
        private void AddDmarc()
        {
            var unaligned = ImmutableArray.CreateBuilder<string>(2);
            if (_facts.Dkim == MechanismState.NotAligned)
            {
                unaligned.Add("dkim");
            }

            if (_facts.Spf == MechanismState.NotAligned)
            {
                unaligned.Add("spf");
            }

            var results = new MethodResult
            {
                Method = "dmarc",
                Result = ((IMethodOutcome)_dmarc).Result,
                Properties = [new ResultProperty("header", "from", _dmarc.AuthorDomain!.ToString())],
            };
            Add(
                FailedCheck.Dmarc,
                results,
                _facts.Dkim == MechanismState.NotAligned ? FailedSignature.Of(_outcome) ?? OfAnotherDomain() : null,
                hasSpf: _facts.Spf == MechanismState.NotAligned,
                unaligned.ToImmutable());
        }

        private void AddSignature(DkimResult signature)
        {
            var results = new MethodResult
            {
                Method = "dkim",
                Result = signature.Code == Signatures.SignatureResultCode.Fail ? "fail" : "permerror",

                // A word: the reason may repeat what is in the message.
                Comment = signature.ReasonCode,
                Properties = [new ResultProperty("header", "d", signature.Domain!.ToString()), new ResultProperty("header", "s", signature.Selector!)],
            };
            Add(FailedSignature.CheckOf(signature), results, signature, hasSpf: false);
        }

        // A signature that passes and is not aligned is also why DKIM gave nothing.
        private DkimResult? OfAnotherDomain() =>
            _outcome.Dkim?.Signatures.FirstOrDefault(static signature => signature is { Domain: not null, Selector: not null });

        private MethodResult SpfResults()
        {
            // The local part of the path and what a reason says of it are personal data.
            var spf = _outcome.Spf!;
            return new MethodResult
            {
                Method = "spf",
                Result = ((IMethodOutcome)spf).Result,
                Properties = [new ResultProperty("smtp", "mailfrom", spf.Domain!.ToString())],
            };
        }

        private void Add(FailedCheck check, MethodResult results, DkimResult? signature, bool hasSpf, ImmutableArray<string>? unaligned = null)
        {
            // What a sender can change at will, such as the domain of the envelope, makes no other kind.
            string[] alike =
            [
                _dmarc.PolicyDomain!.ToString(), Word(check), _dmarc.AuthorDomain!.ToString(), Network(_client), results.Result,
                Delivery(message.Applied?.Action) ?? string.Empty, string.Join(',', unaligned ?? []),
                check is FailedCheck.Dmarc or FailedCheck.Spf ? string.Empty : signature!.Domain!.ToString(),
            ];
            var incident = new FailureIncident
            {
                PolicyDomain = _dmarc.PolicyDomain.ToString(),
                Organization = (_dmarc.OrganizationalDomain ?? _dmarc.PolicyDomain).ToString().ToLowerInvariant(),
                ReportUris = [],
                Kind = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', alike).ToLowerInvariant()))),
            };
            var isNoted = gate is null ? true : gate.Admit(incident.Kind, incident.Organization, message.ReceivedAt);
            if (isNoted is { } isFirst)
            {
                _incidents.Add(isFirst ? Noted(incident, check, results, signature, hasSpf, unaligned) : incident);
            }
        }

        private FailureIncident Noted(
            FailureIncident incident, FailedCheck check, MethodResult results, DkimResult? signature, bool hasSpf, ImmutableArray<string>? unaligned)
        {
            _header ??= message.Header is { } header ? new HeaderRedaction(options.Key) { Content = options.Content }.Apply(header) : string.Empty;
            var domain = signature?.Domain?.ToString();
            var report = new FeedbackReport
            {
                Type = FeedbackType.AuthFailure,
                TypeText = "auth-failure",
                OriginalMailFrom = MailFrom(),
                ArrivalDate = message.ReceivedAt,
                ReportingMta = _outcome.AuthservId,
                SourceAddress = _client.ToString(),
                AuthenticationResults = [OneLine(AuthenticationResultsWriter.WriteValue(new AuthenticationResults { AuthservId = _outcome.AuthservId, Results = [results] }))],
                ReportedDomains = [_dmarc.AuthorDomain!.ToString()],
                Failure = new AuthenticationFailure
                {
                    Check = check,
                    CheckText = Word(check),
                    UnalignedMechanisms = unaligned,
                    DeliveryText = Delivery(message.Applied?.Action),
                    DkimDomain = domain,
                    DkimIdentity = domain is null ? null : Identity(signature!, domain),
                    DkimSelector = signature?.Selector,
                    SpfDns = hasSpf && _outcome.Spf is { } spf ? SpfRecords.Of(spf) : [],
                },
            };
            return new FailureIncident
            {
                PolicyDomain = incident.PolicyDomain,
                Organization = incident.Organization,
                ReportUris = mailboxes,
                Kind = incident.Kind,
                Fields = FeedbackReportWriter.WriteFields(report),
                Header = _header,
            };
        }

        // The report folds its fields itself.
        private static string OneLine(string value) => string.Join(' ', value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

        // What is not a path at all has a hash as well: a report needs to show that there was no domain.
        private string MailFrom()
        {
            var path = ReversePath.Parse(message.Envelope.MailFrom!).Value?.Address;
            return path is null ? options.Key.Hash(message.Envelope.MailFrom!)
                : options.Content == OriginalContent.Header ? path
                : options.Key.Address(path);
        }

        private string Identity(DkimResult signature, string domain) =>
            signature.Signature?.Identity is not { } identity ? $"@{domain}"
            : options.Content == OriginalContent.Header || identity.StartsWith('@') ? identity
            : options.Key.Address(identity);

        // An attacker has whole networks of IPv6.
        private static string Network(IPAddress client) =>
            client.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(client.GetAddressBytes().AsSpan(0, 8)) : client.ToString();

        private static string Word(FailedCheck check) => check switch
        {
            FailedCheck.Dmarc => "dmarc",
            FailedCheck.BodyHash => "bodyhash",
            FailedCheck.Revoked => "revoked",
            FailedCheck.Signature => "signature",
            FailedCheck.Spf => "spf",
            FailedCheck.Adsp or FailedCheck.Unknown => throw new System.Diagnostics.UnreachableException(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        // RFC 6591 section 3.2.2. Where the host did not say what it did, nothing is claimed. What is put aside was not delivered because of a policy.
        private static string? Delivery(DispositionAction? action) => action switch
        {
            null => null,
            DispositionAction.Accept => "delivered",
            DispositionAction.Quarantine => "policy",
            DispositionAction.Reject => "reject",
            DispositionAction.TempFail => "other",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
