using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using EmailAuth.Results;

namespace EmailAuth.Arc;

/// <summary>What ARC says of a message (RFC 8617 section 5.2).</summary>
[DebuggerDisplay("{Code}, {Sets.Length} sets, {Reason}")]
public sealed class ArcResult : IMethodOutcome
{
    /// <summary>The result of a message without ARC fields.</summary>
    internal static ArcResult None { get; } = new() { Code = ArcResultCode.None };

    /// <summary>
    /// The chain's status. A chain that a hop closed (<see cref="IsClosed"/>) fails by what its seal says, and no signature of it is verified
    /// (RFC 8617 section 5.2, steps 2 and 3).
    /// </summary>
    public required ArcResultCode Code { get; init; }

    /// <summary>Why it is not a pass, in one line that names the set, the field and the section; null for a pass and without a chain.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The same in a word that never changes, such as <c>chain_closed</c> or <c>seal_failed</c> (src/REASONS.md lists all); null for a pass and
    /// without a chain.
    /// </summary>
    public string? ReasonCode { get; init; }

    /// <summary>The instance of the set that broke or closed the chain; null when none did, or when no single one can be named.</summary>
    public int? FailingInstance { get; internal init; }

    /// <summary>The sets from the newest to the oldest; empty without a chain and when its structure is broken.</summary>
    public ImmutableArray<ArcSet> Sets { get; internal init; } = [];

    /// <summary>The highest instance that a field of the message has, 0 without one.</summary>
    public int HighestInstance { get; init; }

    /// <summary>Whether a seal of the chain says <c>cv=fail</c>: nothing is to be added to it (RFC 8617 section 5.1).</summary>
    public bool IsClosed { get; init; }

    /// <summary>
    /// In a chain that passes, the lowest instance down to which all message signatures hold; 0 when all do (RFC 8617 section 5.2, step 5).
    /// An instance above 1 names the first hop after the last change to the message. Null for any other chain.
    /// </summary>
    public int? OldestPass { get; internal init; }

    /// <summary>Sets the reason, its code and the set, always together.</summary>
    internal ArcFault? Fault
    {
        init => (Reason, ReasonCode, FailingInstance) = (value?.Text, value?.Reason.Keyword(), value?.Instance);
    }

    /// <summary>Whether a key that the chain needs to pass is one of a domain that is testing DKIM (RFC 6376 section 3.6.1).</summary>
    internal bool RestsOnTestingKey => !Sets.IsEmpty && (Sets[0].MessageSignatureResult.IsTesting || Sets.Any(static set => set.SealResult.IsTesting));

    /// <summary>Who handed the message with the chain to us; null when it is not known.</summary>
    internal IPAddress? Client { get; private set; }

    string IMethodOutcome.Name => "arc";

    string IMethodOutcome.Result => Code.Keyword();

    /// <summary>
    /// The result in the terms of RFC 8601: method <c>arc</c> with <c>header.oldest-pass</c> and, in a pipeline that knows the client,
    /// <c>smtp.remote-ip</c> (RFC 8617 section 10.2).
    /// </summary>
    public MethodResult ToMethodResult() => new()
    {
        Method = "arc",
        Result = Code.Keyword(),
        Reason = Reason,
        Comment = Comment(),
        Properties = Properties(),
    };

    void IMethodOutcome.AddResultsTo(ImmutableArray<MethodResult>.Builder results) => results.Add(ToMethodResult());

    void IMethodOutcome.WriteJson(Utf8JsonWriter json) => ArcJson.Write(json, this);

    /// <summary>The result with the client that handed the message to us. Without an ARC field or a known client it stays as it is.</summary>
    internal ArcResult From(IPAddress? client)
    {
        if (client is null || HighestInstance == 0)
        {
            return this;
        }

        var same = (ArcResult)MemberwiseClone();
        same.Client = client;
        return same;
    }

    // RFC 8617 section 10.2: smtp.remote-ip says, for those who read the chain later, who handed it to us.
    private ImmutableArray<ResultProperty> Properties()
    {
        ImmutableArray<ResultProperty> properties = OldestPass is { } instance
            ? [new ResultProperty("header", "oldest-pass", instance.ToString(CultureInfo.InvariantCulture))]
            : [];
        return Client is null ? properties : properties.Add(new ResultProperty("smtp", "remote-ip", Client.ToString()));
    }

    // A domain whose seal was not verified is not named: anyone can write a set in its name.
    private string? Comment() =>
        Sets.IsEmpty
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"i={Sets[0].Instance} cv={Sets[0].Seal.ChainValidation.Keyword()}{(Sets[0].IsSealVerified ? $" d={Sets[0].SealingDomain}" : null)}");
}
