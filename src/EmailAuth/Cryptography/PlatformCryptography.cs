using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EmailAuth.Cryptography;

/// <summary>Whether the platform can hash and verify. Thread-safe.</summary>
/// <remarks>
/// On Linux .NET loads OpenSSL at the first hash, and ends the process when it finds none. A library that is not installed, a chroot after
/// the start, no free descriptor or no address space would let the sender of the first signed message choose the moment. So OpenSSL is
/// loaded and used once before it is needed, and it stays loaded whatever happens to the process later.
/// </remarks>
public static class PlatformCryptography
{
    // .NET reads this variable before it tries the names that it knows.
    private const string VersionOverride = "DOTNET_OPENSSL_VERSION_OVERRIDE";
    private const string NamePrefix = "libssl.so.";

    private static readonly Lock Gate = new();
    private static string? _detail;
    private static volatile string? _fault;
    private static volatile bool _isUsable;

    /// <summary>Why nothing can be hashed or verified, in words for a message; null when it can.</summary>
    internal static string? Fault
    {
        get
        {
            if (_isUsable)
            {
                return null;
            }

            return _fault ?? Probe();
        }
    }

    /// <summary>The same with the system's message, for the operator.</summary>
    internal static string? Detail => Fault is null ? null : _detail;

    /// <summary>
    /// Loads what the platform needs. Once that has succeeded it costs nothing; after a failure it tries again, because descriptors and memory
    /// may be available by then.
    /// </summary>
    /// <returns>As <see cref="Fault"/>.</returns>
    internal static string? Probe()
    {
        if (_isUsable)
        {
            return null;
        }

        lock (Gate)
        {
            if (!_isUsable)
            {
                _detail = OperatingSystem.IsLinux() ? Load(out var library) ?? Use(library) : null;
                _fault = _detail is null ? null : "OpenSSL (libssl) cannot be used on the verifying host";
                _isUsable = _detail is null;
            }

            return _fault;
        }
    }

    /// <summary>Throws where the platform cannot hash, for calls that have no result for it.</summary>
    /// <exception cref="CryptographicException">The platform cannot hash or verify.</exception>
    public static void Require()
    {
        if (Fault is not null)
        {
            throw new CryptographicException(Detail);
        }
    }

    // The library stays open: .NET finds it loaded, and does not open a file.
    private static string? Load(out IntPtr library)
    {
        library = IntPtr.Zero;
        foreach (var name in Names())
        {
            if (NativeLibrary.TryLoad(name, out library))
            {
                return null;
            }
        }

        return $"OpenSSL cannot be loaded, and without it no signature can be verified: {WhyNot(NamePrefix + "3")}";
    }

    // The names that .NET tries, in its order.
    internal static IEnumerable<string> Names()
    {
        if (Environment.GetEnvironmentVariable(VersionOverride) is { Length: > 0 } version)
        {
            yield return NamePrefix + version;
        }

        yield return NamePrefix + "3";
        yield return NamePrefix + "1.1";
        yield return NamePrefix + "1.0.2";
        yield return NamePrefix + "1.0.0";
        yield return NamePrefix + "10";
    }

    internal static string WhyNot(string name)
    {
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(name));
            return $"{name} cannot be opened";
        }
        catch (DllNotFoundException exception)
        {
            // The message has several lines; the last one is the linker's.
            var lines = exception.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return lines is [.., var last] ? last : $"{name} cannot be opened";
        }
    }

    // Initializes the library, its random numbers and its algorithms.
    private static string? Use(IntPtr library)
    {
        try
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData([], hash);
            using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            incremental.AppendData(hash);
            incremental.GetHashAndReset(hash);
            var modulus = new byte[128];
            modulus.AsSpan().Fill(0xff);
            using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
            _ = rsa.VerifyHash(hash, new byte[modulus.Length], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            if (OperatingSystem.IsLinux())
            {
                OpenSslRsa.Probe(library);
            }

            return null;
        }
        catch (Exception exception) when (exception is CryptographicException or TypeInitializationException or DllNotFoundException
            or EntryPointNotFoundException or PlatformNotSupportedException)
        {
            return $"OpenSSL cannot be used, and without it no signature can be verified: {exception.GetBaseException().Message}";
        }
    }
}
