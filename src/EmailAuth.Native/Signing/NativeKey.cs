using System.Security.Cryptography;
using EmailAuth.Signatures;

namespace EmailAuth.Native.Signing;

/// <summary>A private key for C callers. The key is released when its handle is freed and nothing signs with it any more.</summary>
internal sealed class NativeKey
{
    private readonly Lock _lock = new();
    private NativeText? _record;
    private int _users = 1;

    private NativeKey(PemSigningKey key) => Key = key;

    public PemSigningKey Key { get; }

    /// <summary>Reads a key in PEM.</summary>
    public static NativeKey Load(string pem, string? passphrase)
    {
        try
        {
            return new NativeKey(PemSigningKey.Load(pem, passphrase));
        }
        catch (ArgumentException mistake)
        {
            throw Mistakes.Of("pem", mistake);
        }
        catch (CryptographicException fault)
        {
            throw new InteropException(Status.Unavailable, fault.Message);
        }
    }

    /// <summary>Keeps the key until <see cref="Leave"/>.</summary>
    public NativeKey Enter()
    {
        lock (_lock)
        {
            CheckUse();
            _users++;
            return this;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                Key.Dispose();
            }
        }
    }

    /// <summary>The record to publish; its text lives until the handle is freed.</summary>
    public NativeText Record()
    {
        lock (_lock)
        {
            CheckUse();
            return _record ??= new NativeText(Key.Record);
        }
    }

    /// <summary>The handle is freed.</summary>
    public void Free()
    {
        lock (_lock)
        {
            _record?.Free();
            _record = null;
        }

        Leave();
    }

    private void CheckUse()
    {
        if (_users == 0)
        {
            throw new InteropException(Status.Handle, "The key is being freed.");
        }
    }
}
