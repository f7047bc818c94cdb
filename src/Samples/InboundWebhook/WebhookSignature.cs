using System.Globalization;
using System.Security.Cryptography;
using System.Text;

/// <summary>Checks that the provider posted a request: ECDSA over a timestamp and the body, as SendGrid signs what it posts.</summary>
internal sealed class WebhookSignature
{
    // Long enough for a provider that posts again; what somebody recorded is useless afterwards.
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly byte[] _publicKey;

    public WebhookSignature(string? publicKey)
    {
        _publicKey = Convert.FromBase64String(publicKey ?? throw new InvalidOperationException("Set Webhook:PublicKey to the key of the provider."));
        using ECDsa key = Load(); // a wrong key keeps the host from starting
    }

    public bool IsGenuine(IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        string stamp = headers["X-Twilio-Email-Event-Webhook-Timestamp"].ToString();
        string text = headers["X-Twilio-Email-Event-Webhook-Signature"].ToString();
        var signature = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, signature, out var length)
            || !uint.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || (now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > MaxAge)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(stamp));
        hash.AppendData(body);
        using ECDsa key = Load();
        return key.VerifyHash(hash.GetHashAndReset(), signature.AsSpan(0, length), DSASignatureFormat.Rfc3279DerSequence);
    }

    private ECDsa Load()
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_publicKey, out _);
        return key;
    }
}
