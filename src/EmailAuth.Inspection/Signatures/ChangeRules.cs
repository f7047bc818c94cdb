using System.Collections.Frozen;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The text, the section and the advice of each change. No other file has texts of changes.</summary>
internal static class ChangeRules
{
    private const string Body = "RFC 6376 section 3.4";
    private const string Unchanged = "let the host that does this leave signed messages unchanged, or seal them with ARC";
    private const string Signer = "correct the program that signs";

    private static readonly FrozenDictionary<ChangeCode, ChangeRule> Rules = new Dictionary<ChangeCode, ChangeRule>
    {
        [ChangeCode.BodyAppended] = new("{0} at the end of the body were added after signing", Body, "switch off the footer of the list or gateway, or let it seal with ARC"),
        [ChangeCode.BodyPrepended] = new("{0} at the top of the body were added after signing", Body, "switch off the banner of the list or gateway, or let it seal with ARC"),
        [ChangeCode.BodyInserted] = new("{0} were added within the body after signing, from line {1} on", Body, "switch off the footer of the list or gateway, or let it seal with ARC"),
        [ChangeCode.BodyPartAdded] = new("a MIME part of {0} was added after signing, from line {1} on", Body, "switch off the footer of the list or gateway, or let it seal with ARC"),
        [ChangeCode.BodyWrapped] = new("the body was put into a part of a new multipart body after signing", Body, "switch off the footer of the list or gateway, or let it seal with ARC"),
        [ChangeCode.BodyTransferEncoding] = new("the body was signed as {0} and is now {1}", "RFC 6376 section 5.3", "let the signer sign 7-bit text, or sign after the conversion; let hosts announce 8BITMIME"),
        [ChangeCode.BodyCharset] = new("the text of the body was signed in {0} and is now in {1}", "RFC 6376 section 5.3", Unchanged),
        [ChangeCode.BodyWhiteSpace] = new("white space of the body was changed after signing: {0}", "RFC 6376 section 3.4.3", "let the signer use relaxed canonicalization (c=relaxed/relaxed)"),
        [ChangeCode.BodyLineEnds] = new("line ends of the body were changed after signing: {0}", "RFC 6376 section 5.3", "let the signer sign text with CRLF line ends only"),
        [ChangeCode.BodyLinesBroken] = new("long lines of the body were broken after signing", "RFC 5322 section 2.1.1", "let the sender keep lines below 998 octets, for example with quoted-printable"),
        [ChangeCode.BodyFromLines] = new("lines of the body that begin with From were changed after signing: {0}", "RFC 6376 section 5.3", "let the sender encode such lines (=46rom in quoted-printable)"),
        [ChangeCode.BodyDots] = new("dots at the start of lines were changed after signing: {0}", "RFC 5321 section 4.5.2", "correct the host whose SMTP handles such lines wrongly"),
        [ChangeCode.BodyCut] = new("the body has {0} octets and the first {1} are signed: octets were removed after signing", "RFC 6376 section 3.5", Unchanged),
        [ChangeCode.BodySignerFault] = new("the signer did not make the body hash as the signature says: {0}", Body, Signer),
        [ChangeCode.SubjectTag] = new("\"{0}\" was added to the Subject after signing", "RFC 6376 section 5.4", "switch off the tag of the list or filter, or let it seal with ARC"),
        [ChangeCode.FieldReencoded] = new("the text of {0} was encoded in another way after signing", "RFC 2047 section 2", Unchanged),
        [ChangeCode.FieldRefolded] = new("{0} was folded or spaced in another way after signing", "RFC 6376 section 3.4.1", "let the signer use relaxed canonicalization (c=relaxed/relaxed)"),
        [ChangeCode.FieldNameCase] = new("the name of {0} was written in another case after signing", "RFC 6376 section 3.4.1", "let the signer use relaxed canonicalization (c=relaxed/relaxed)"),
        [ChangeCode.FieldReformatted] = new("{0} was written in another form after signing", "RFC 6376 section 5.4", Unchanged),
        [ChangeCode.FieldReplaced] = new("the value of {0} was replaced after signing", "RFC 6376 section 5.4", Unchanged),
        [ChangeCode.FieldExtended] = new("\"{1}\" was added to {0} after signing", "RFC 6376 section 5.4", Unchanged),
        [ChangeCode.AddressesAdded] = new("addresses in {0} were added or completed after signing", "RFC 6376 section 5.4", Unchanged),
        [ChangeCode.FieldAdded] = new("a {0} field was added after signing", "RFC 6376 section 8.15", "let the sender write the field itself, before it signs"),
        [ChangeCode.FieldRemoved] = new("the {0} field was removed after signing", "RFC 6376 section 5.4", Unchanged),
        [ChangeCode.SignatureReformatted] = new("the DKIM-Signature field itself was written in another form after signing", "RFC 6376 section 3.7", Unchanged),
        [ChangeCode.HeaderSignerFault] = new("the signer did not prepare the header as the signature says: {0}", "RFC 6376 section 3.7", Signer),
        [ChangeCode.KeyRotated] = new("the key of the selector {0} made the signature, which names the selector {1}", "RFC 6376 section 3.1", "let the signer name the selector of the key that it uses; keep old keys published until their mail is delivered"),
        [ChangeCode.KeyOther] = new("the key at {0} did not make the signature: another key signed, or b= was damaged", "RFC 8017 section 8.2.2", "compare the published key with the one of the signer; publish the public half of the key that signs"),
        [ChangeCode.KeyTruncated] = new("the key at {0} is cut off: it has {1} octets of {2}", "RFC 6376 section 3.6.1", "publish the whole key, in several strings of one TXT record if it is longer than 255 characters"),
        [ChangeCode.KeyRevoked] = new("the key at {0} is revoked: p= is empty", "RFC 6376 section 3.6.1", "let the signer use a key that is published"),
        [ChangeCode.KeyTesting] = new("the key at {0} is a testing key (t=y)", "RFC 6376 section 3.6.1", "remove t=y from the key record"),
    }.ToFrozenDictionary();

    /// <summary>The rule of a code. A test checks that each code has a rule.</summary>
    public static ChangeRule Of(ChangeCode code) => Rules[code];
}

/// <summary>The rule of a code: the text with its placeholders, the section behind it, what to do.</summary>
internal sealed record ChangeRule(string Template, string Section, string Advice);
