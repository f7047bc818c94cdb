using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dkim;
using EmailAuth.Signatures;

namespace EmailAuth.Native.Signing;

/// <summary>Signs messages for C callers (DKIM). Identities and settings are given before the first message; afterwards it is thread-safe.</summary>
internal sealed class NativeSigner
{
    private readonly Lock _lock = new();
    private readonly List<NativeKey> _keys = [];
    private ImmutableArray<DkimSigningIdentity> _identities = [];
    private DkimSignerOptions _options = DkimSignerOptions.Default;
    private DkimSigner? _signer;
    private bool _isFreed;

    /// <summary>Adds an identity; the field of the first is the topmost.</summary>
    public void Add(NativeKey key, DkimSigningIdentity identity)
    {
        lock (_lock)
        {
            CheckOpen();
            try
            {
                // It refuses what cannot sign, alone or with those before it.
                _ = new DkimSigner(_identities.Add(identity));
            }
            catch (ArgumentException mistake)
            {
                throw Mistakes.Of("identity", mistake);
            }

            _keys.Add(key.Enter());
            _identities = _identities.Add(identity);
        }
    }

    /// <summary>Changes a setting.</summary>
    public void Set(string name, string value)
    {
        lock (_lock)
        {
            CheckOpen();
            try
            {
                _options = Changed(name, value);
            }
            catch (ArgumentException mistake)
            {
                throw Mistakes.Of("value", mistake);
            }
        }
    }

    /// <summary>Begins to sign a message.</summary>
    public NativeSigning Begin()
    {
        lock (_lock)
        {
            CheckFreed();
            if (_identities.IsEmpty)
            {
                throw new InteropException(Status.State, "The signer has no key: call emailauth_signer_add first.");
            }

            var signer = _signer ??= new DkimSigner(_identities, _options);
            return new NativeSigning(
                [.. _keys.Select(static key => key.Enter())],
                async reader =>
                {
                    var signing = await signer.SignAsync(reader).ConfigureAwait(false);
                    return new SignedFields(signing.Fields, signing.Reason, signing.ReasonCode);
                });
        }
    }

    public void Free()
    {
        lock (_lock)
        {
            _isFreed = true;
            foreach (var key in _keys)
            {
                key.Leave();
            }

            _keys.Clear();
        }
    }

    private DkimSignerOptions Changed(string name, string value) => name switch
    {
        "Canonicalization" => value.Split('/') is [var header, var body]
            ? _options with { HeaderCanonicalization = Canonicalization(header), BodyCanonicalization = Canonicalization(body) }
            : throw Unfit($"'{value}' is not a canonicalization such as relaxed/simple."),
        "FieldNames" => _options with { FieldNames = Names(value) },
        "OversignedFieldNames" => _options with { OversignedFieldNames = Names(value) },
        "Lifetime" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? _options with { Lifetime = TimeSpan.FromSeconds(seconds) }
            : throw Unfit($"'{value}' is not a number of seconds."),
        "WritesTime" => value is "true" or "false"
            ? _options with { WritesTime = value == "true" }
            : throw Unfit($"'{value}' is not true or false."),
        _ => throw new InteropException(
            Status.Argument,
            $"name: '{name}' is not a setting of a signer: Canonicalization, FieldNames, OversignedFieldNames, Lifetime or WritesTime."),
    };

    private static SignatureCanonicalization Canonicalization(string text) => text switch
    {
        "simple" => SignatureCanonicalization.Simple,
        "relaxed" => SignatureCanonicalization.Relaxed,
        _ => throw Unfit($"'{text}' is not a canonicalization: simple or relaxed."),
    };

    private static InteropException Unfit(string reason) => new(Status.Argument, "value: " + reason);

    private static ImmutableArray<string> Names(string text) => [.. text.Split(':', StringSplitOptions.TrimEntries)];

    private void CheckOpen()
    {
        CheckFreed();
        if (_signer is not null)
        {
            throw new InteropException(Status.State, "The signer has begun to sign: keys and settings are given before the first message.");
        }
    }

    private void CheckFreed()
    {
        if (_isFreed)
        {
            throw new InteropException(Status.Handle, "The signer is being freed.");
        }
    }
}
