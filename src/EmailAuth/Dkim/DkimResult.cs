using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>What DKIM says of one signature (RFC 6376 section 6, RFC 8601 section 2.7.1). Immutable.</summary>
[DebuggerDisplay("{Code}, {Domain}, {Selector,nq}, {Reason}")]
public sealed class DkimResult
{
    private const int SignatureCharacters = 8;

    /// <summary>The result.</summary>
    public required SignatureResultCode Code { get; init; }

    /// <summary>Why it is not a pass, in one line that names the half, the tag or the record, and the section; null for a pass.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in a word that never changes, such as <c>body_changed</c> or <c>no_key</c> (src/REASONS.md lists all); null for a pass.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The signing domain (<c>d=</c>); null when it could not be read.</summary>
    public DomainName? Domain { get; init; }

    /// <summary>The selector (<c>s=</c>); null when it could not be read.</summary>
    public string? Selector { get; init; }

    /// <summary>The signature's field as parsed: identity, algorithm, canonicalization, signed fields, times; null when it is malformed.</summary>
    public DkimSignature? Signature { get; init; }

    /// <summary>Whether the signature over the header matches.</summary>
    public DkimCheck HeaderCheck { get; internal init; }

    /// <summary>Whether the body hash matches.</summary>
    public DkimCheck BodyCheck { get; internal init; }

    /// <summary>The size of the key in bits (256 for Ed25519); null when no key was read.</summary>
    public int? KeyBits { get; internal init; }

    /// <summary>Whether the domain says that it is testing DKIM (<c>t=y</c> in the key record, RFC 6376 section 3.6.1).</summary>
    public bool IsTesting { get; internal init; }

    /// <summary>
    /// Whether the key record admits mail (<c>s=</c>, RFC 6376 section 3.6.1); false without a key. Only with <see cref="DkimOptions.AcceptTlsReportKeys"/> can
    /// a signature pass whose key does not.
    /// </summary>
    public bool IsKeyForMail { get; internal init; }

    /// <summary>Whether the key record names the service type of TLS reports (<c>s=tlsrpt</c>, RFC 8460 section 3).</summary>
    public bool IsKeyForTlsReports { get; internal init; }

    /// <summary>How many octets of the canonical body <c>l=</c> leaves unsigned: anyone may have added them.</summary>
    public long UnsignedBodyLength { get; internal init; }

    /// <summary>The fields shown to people of which an instance in the message is not signed; lower case.</summary>
    public ImmutableArray<string> UnsignedDisplayedFields => DisplayedFields.Of(DisplayedUnsigned);

    /// <summary>
    /// The fields that <c>h=</c> names and of which the message has a further instance that differs and is not signed, so that programs may
    /// show what nobody signed (RFC 6376 section 8.15); lower case. A copy of Message-ID or Sender is only reported; a copy of any other field
    /// keeps the signature from passing, unless <see cref="DkimOptions.AcceptUnsignedCopies"/>.
    /// </summary>
    public ImmutableArray<string> UnsignedCopies => SingleFields.Of(CopiesLeftOpen);

    /// <summary>Sets the reason and its code, always together.</summary>
    internal SignatureFault? Fault
    {
        init => (Reason, ReasonCode) = (value?.Text, value?.Word);
    }

    /// <summary>Whether the key was asked for: the signature is well-formed, in time, and among those that are checked.</summary>
    internal bool IsChecked { get; init; }

    internal uint DisplayedUnsigned { get; init; }

    internal uint CopiesLeftOpen { get; init; }

    /// <summary>
    /// The result in the terms of RFC 8601: <c>header.d</c>, <c>header.i</c>, <c>header.s</c>, <c>header.a</c>, <c>header.b</c>.
    /// <c>header.i</c> is what the tag says, in its encoding (RFC 6376 section 2.11).
    /// </summary>
    internal MethodResult ToMethodResult() => ToMethodResult(SignatureCharacters);

    /// <summary>The same, with enough characters of <c>b=</c> to distinguish the message's signatures (RFC 6008 section 3).</summary>
    internal MethodResult ToMethodResult(int signatureCharacters)
    {
        var count = (Domain is null ? 0 : 1) + (Selector is null ? 0 : 1) + (Signature is null ? 0 : Signature.EncodedIdentity is null ? 2 : 3);
        var properties = new ResultProperty[count];
        var added = 0;
        Add("d", Domain?.ToString());
        Add("i", Signature?.EncodedIdentity);
        Add("s", Selector);
        if (Signature is not null)
        {
            properties[added++] = Signature.Algorithm.Property;
        }

        Add("b", SignatureStart(signatureCharacters));
        return new MethodResult
        {
            Method = "dkim",
            Result = Code.Keyword(),
            Reason = Reason,
            Comment = Comment(),
            Properties = ImmutableCollectionsMarshal.AsImmutableArray(properties),
        };

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                properties[added++] = new ResultProperty("header", name, value);
            }
        }
    }

    /// <summary>The first characters of <c>b=</c>, a multiple of four, white space aside; null without a signature.</summary>
    internal string? SignatureStart(int characters)
    {
        if (Signature is null)
        {
            return null;
        }

        // Three octets make four characters.
        var octets = Signature.SignatureValue.AsSpan();
        return Convert.ToBase64String(octets[..Math.Min(characters / 4 * 3, octets.Length)]);
    }

    private string? Comment()
    {
        var key = Signature?.Algorithm.KeyType.HasSizes == true ? KeyComment(KeyBits) : null;
        var body = UnsignedBodyLength > 0 && Code != SignatureResultCode.Policy ? string.Create(CultureInfo.InvariantCulture, $"{UnsignedBodyLength} octets of the body unsigned") : null;
        var copies = CopiesMentioned == 0 ? null : $"further {SingleFields.Text(CopiesMentioned)} not signed";
        return Join(Join(Join(key, body), copies), TestingComment());
    }

    // The comment does not repeat what the reason names.
    private uint CopiesMentioned => Code == SignatureResultCode.Policy ? CopiesLeftOpen & ~SingleFields.Judged : CopiesLeftOpen;

    // RFC 6376 section 3.6.1 asks to treat such a signature as absent, so a reader of the result must see that it counted.
    private string? TestingComment() => !IsTesting ? null : Code == SignatureResultCode.Pass ? "testing key t=y counted" : "testing key t=y";

    private static string? KeyComment(int? bits) => bits switch
    {
        null => null,
        1024 => "1024-bit key",
        2048 => "2048-bit key",
        _ => string.Create(CultureInfo.InvariantCulture, $"{bits}-bit key"),
    };

    private static string? Join(string? first, string? second) => first is null ? second : second is null ? first : $"{first}, {second}";
}
