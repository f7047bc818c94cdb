using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>What BIMI says of a message, with what it rests on (BIMI draft section 7.7). Immutable.</summary>
public sealed class BimiResult : IMethodOutcome
{
    private const int HashCharacters = 8;

    /// <summary>Makes a result.</summary>
    public BimiResult()
    {
    }

    /// <summary>Makes a copy, of which members are then set.</summary>
    [SetsRequiredMembers]
    internal BimiResult(BimiResult other)
    {
        Code = other.Code;
        Reason = other.Reason;
        ReasonCode = other.ReasonCode;
        Domain = other.Domain;
        Selector = other.Selector;
        Record = other.Record;
        Authority = other.Authority;
        Indicator = other.Indicator;
        MarkCertificate = other.MarkCertificate;
        Lookups = other.Lookups;
        IsLocationChecked = other.IsLocationChecked;
    }

    /// <summary>The result.</summary>
    public required BimiResultCode Code { get; init; }

    /// <summary>Why, in one line; null for a pass.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in a word that never changes, such as <c>no_record</c> or <c>declined</c> (src/REASONS.md lists all); null for a pass.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The domain whose record was found, or could not be read; null when there is not one.</summary>
    public DomainName? Domain { get; init; }

    /// <summary>The selector of that record, lower case, or null.</summary>
    public string? Selector { get; init; }

    /// <summary>The record that was used, or null.</summary>
    public BimiRecord? Record { get; init; }

    /// <summary>The result of the evidence.</summary>
    public BimiAuthorityCode Authority { get; internal init; }

    /// <summary>
    /// The indicator: on a pass the one that may be shown; on a failure the one that is wrong, if it was read. Null when none was read.
    /// </summary>
    public BimiIndicator? Indicator { get; internal init; }

    /// <summary>The mark certificate and what verifying it found, or null when no evidence was read.</summary>
    public MarkCertificate? MarkCertificate { get; internal init; }

    /// <summary>What discovery asked the DNS, in order.</summary>
    public ImmutableArray<BimiLookup> Lookups { get; internal init; } = [];

    /// <summary>Whether <see cref="Indicator"/> is what the record's location holds.</summary>
    internal bool IsLocationChecked { get; init; }

    /// <summary>Sets the reason and its code, always together.</summary>
    internal BimiFault? Fault
    {
        init => (Reason, ReasonCode) = (value?.Text, value?.Reason.Keyword());
    }

    string IMethodOutcome.Name => "bimi";

    string IMethodOutcome.Result => Code.Keyword();

    /// <summary>The result in the terms of RFC 8601, with the properties of section 7.7.</summary>
    public MethodResult ToMethodResult() => new()
    {
        Method = "bimi",
        Result = Code.Keyword(),
        Reason = Reason,
        Properties = Properties(),
    };

    /// <summary>
    /// The fields to add to a message on a pass for which the indicator was checked (BIMI draft sections 7.9 to 7.11): BIMI-Location,
    /// BIMI-Indicator, BIMI-Logo-Preference; empty otherwise, as a mail reader shows what they say.
    /// </summary>
    /// <returns>Each field, its name and its value, folded by CRLF and white space, without a final CRLF; visible ASCII but for that.</returns>
    public ImmutableArray<string> ToHeaderFields() => [.. BimiHeaderFields.Of(this).Select(static field => field.ToString())];

    void IMethodOutcome.AddResultsTo(ImmutableArray<MethodResult>.Builder results) => results.Add(ToMethodResult());

    void IMethodOutcome.WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("result", Code.Keyword());
        json.WriteString("domain", Domain?.ToString());
        json.WriteString("selector", Selector);
        json.WriteString("location", Record?.Location);
        json.WriteString("evidence", Record?.EvidenceLocation);
        BimiEvidenceJson.Write(json, this);
        json.WriteString("reason", Reason);
        json.WriteString("reason_code", ReasonCode);
        json.WriteEndObject();
    }

    private ImmutableArray<ResultProperty> Properties()
    {
        if (Domain is null && Selector is null && Record is null)
        {
            return [];
        }

        var properties = ImmutableArray.CreateBuilder<ResultProperty>();
        Add("header", "d", Domain?.ToString());
        Add("header", "selector", Selector);
        if (Record is not null && Code != BimiResultCode.Declined)
        {
            Add("policy", "authority", Authority.Keyword());
            Add("policy", "authority-uri", Record.EvidenceLocation);
            Add("policy", "indicator-uri", Record.Location);
            if (Code == BimiResultCode.Pass)
            {
                // Section 7.7: "the final 8 (at least) characters", which distinguish the indicator in the message from another.
                Add("policy", "indicator-hash", Indicator?.Hash[^HashCharacters..]);
            }

            Add("policy", "logo-preference", Record.AvatarPreference);
        }

        return properties.ToImmutable();

        void Add(string type, string name, string? value)
        {
            if (value is not null)
            {
                properties.Add(new ResultProperty(type, name, value));
            }
        }
    }
}
