using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Iprev;

/// <summary>What iprev says of a client's address, with the evidence (RFC 8601 section 3). Immutable.</summary>
public sealed class IprevResult : IMethodOutcome
{
    /// <summary>The result.</summary>
    public required IprevResultCode Code { get; init; }

    /// <summary>The address; an IPv4-mapped one as IPv4.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The first name that points back to the address; null without a pass.</summary>
    public DomainName? HostName { get; init; }

    /// <summary>The names that the address points to, in the order of the answer.</summary>
    public ImmutableArray<DomainName> Names { get; init; } = [];

    /// <summary>Why, in one line; null for a pass.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The reason as one of the words in REASONS.md, such as <c>no_name</c>; <c>other</c> for a result that the caller made. Null without
    /// <see cref="Reason"/>.
    /// </summary>
    public string? ReasonCode => Reason is null ? null : ReasonKind.Keyword();

    /// <summary>The same for decisions.</summary>
    internal IprevReason ReasonKind { get; init; }

    /// <summary>How many DNS queries were asked.</summary>
    internal int LookupCount { get; init; }

    string IMethodOutcome.Name => "iprev";

    MethodStage IMethodOutcome.Stage => MethodStage.Connection;

    string IMethodOutcome.Result => Code.Keyword();

    /// <summary>The result in the form of RFC 8601: <c>policy.iprev</c> is the address, the comment the host's name.</summary>
    public MethodResult ToMethodResult() => new()
    {
        Method = "iprev",
        Result = Code.Keyword(),
        Comment = HostName?.ToString(),
        Reason = Code == IprevResultCode.TempError ? Reason : null,
        Properties = [new ResultProperty("policy", "iprev", Address.ToString())],
    };

    void IMethodOutcome.AddResultsTo(ImmutableArray<MethodResult>.Builder results) => results.Add(ToMethodResult());

    void IMethodOutcome.WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("result", Code.Keyword());
        json.WriteString("address", Address.ToString());
        json.WriteString("host", HostName?.ToString());
        json.WriteString("reason", Reason);
        json.WriteString("reason_code", ReasonCode);
        json.WriteEndObject();
    }
}
