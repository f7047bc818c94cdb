using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace EmailAuth.Cryptography;

/// <summary>
/// RSA public keys made by OpenSSL 3 from their numbers. .NET makes them from an encoding, and OpenSSL's decoder takes several times as long as
/// the verification that follows. What verifies is .NET's own object, as with any other key. Thread-safe.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class OpenSslRsa
{
    // EVP_PKEY_PUBLIC_KEY of evp.h.
    private const int PublicKey = 0x86;

    // .NET refuses larger ones, and OpenSSL does not use them.
    private const int MaxModulusBytes = 16384 / 8;

    // The names must not move while OpenSSL reads them, so they are outside of the heap, once and for good.
    private static readonly IntPtr ModulusName = Marshal.StringToCoTaskMemUTF8("n");
    private static readonly IntPtr ExponentName = Marshal.StringToCoTaskMemUTF8("e");

    private static volatile bool _isUsable;

    // Making a context costs as much as making a key in it.
    private static OpenSsl.KeyContext? _idle;

    /// <summary>Whether keys can be made in this way: on Linux with OpenSSL 3, after <see cref="Probe"/> has succeeded.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsUsable => OperatingSystem.IsLinux() && _isUsable;

    /// <summary>Makes a key and verifies a signature with it that is known to be valid, and one that is not. Whatever goes wrong means that the way is not used.</summary>
    /// <param name="library">The handle of libssl, as .NET has loaded it.</param>
    public static void Probe(IntPtr library)
    {
        try
        {
            OpenSsl.Use(library);
            _isUsable = (long)OpenSsl.VersionNumber().Value == SafeEvpPKeyHandle.OpenSslVersion && Verifies();
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException or CryptographicException
            or PlatformNotSupportedException or InvalidOperationException)
        {
            _isUsable = false;
        }
    }

    /// <summary>Makes a key, or null when OpenSSL refuses its numbers, or .NET would.</summary>
    /// <param name="modulus">The modulus, most significant octet first.</param>
    /// <param name="exponent">The exponent, likewise.</param>
    public static SafeEvpPKeyHandle? TryMake(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);

        // .NET's own checks of a key that it imports: OpenSSL would make a key of these, and some verify.
        if (modulus.IsEmpty || modulus.Length > MaxModulusBytes || exponent.IsEmpty || (exponent[^1] & 1) == 0 || exponent is [1])
        {
            return null;
        }

        // OpenSSL takes numbers in the order of the machine's octets.
        var numbers = new byte[modulus.Length + exponent.Length];
        modulus.CopyTo(numbers);
        exponent.CopyTo(numbers.AsSpan(modulus.Length));
        if (BitConverter.IsLittleEndian)
        {
            numbers.AsSpan(0, modulus.Length).Reverse();
            numbers.AsSpan(modulus.Length).Reverse();
        }

        var pinned = GCHandle.Alloc(numbers, GCHandleType.Pinned);
        try
        {
            var start = pinned.AddrOfPinnedObject();
            return Make([new(ModulusName, start, modulus.Length), new(ExponentName, start + modulus.Length, exponent.Length), default]);
        }
        finally
        {
            pinned.Free();
        }
    }

    // The host may use the same OpenSSL, and its queue of errors must not have ours.
    private static SafeEvpPKeyHandle? Make(OpenSsl.Parameter[] parameters)
    {
        _ = OpenSsl.MarkErrors();
        var context = Interlocked.Exchange(ref _idle, null) ?? OpenSsl.NewContext(IntPtr.Zero, "RSA\0"u8.ToArray(), IntPtr.Zero);
        var key = IntPtr.Zero;
        var isMade = !context.IsInvalid && OpenSsl.BeginKey(context) == 1 && OpenSsl.MakeKey(context, ref key, PublicKey, parameters) == 1;
        _ = OpenSsl.DropErrorsSinceMark();
        var handle = new SafeEvpPKeyHandle(key, ownsHandle: true);
        if (!isMade || handle.IsInvalid)
        {
            context.Dispose();
            handle.Dispose();
            return null;
        }

        Interlocked.Exchange(ref _idle, context)?.Dispose();
        return handle;
    }

    private static bool Verifies()
    {
        using var key = TryMake(KnownSignature.Modulus, [1, 0, 1]);
        if (key is null)
        {
            return false;
        }

        using var rsa = new RSAOpenSsl(key);
        var signature = KnownSignature.Value.ToArray();
        if (rsa.KeySize != KnownSignature.Modulus.Length * 8 || !Verify(rsa, signature))
        {
            return false;
        }

        signature[^1] ^= 1;
        return !Verify(rsa, signature);
    }

    private static bool Verify(RSA rsa, byte[] signature) =>
        rsa.VerifyHash(KnownSignature.Hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
