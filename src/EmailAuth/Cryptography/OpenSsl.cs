using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Cryptography;

/// <summary>
/// The functions of OpenSSL 3 that make a public key from its numbers. They are called in the library that .NET itself has loaded, because a
/// key that is made here is used and freed there.
/// </summary>
/// <remarks>
/// Every parameter is blittable or a SafeHandle, so no unsafe code is needed, and ahead-of-time compilation and trimming need no
/// annotation. A function is looked up when it is first called, so OpenSSL 1.1, which has not all of them, ends in an
/// <see cref="EntryPointNotFoundException"/>.
/// </remarks>
internal static class OpenSsl
{
    // Not the name of a file: the resolver alone knows it.
    private const string Library = "EmailAuth:libssl";

    // OSSL_PARAM_UNSIGNED_INTEGER of core.h.
    private const uint UnsignedInteger = 2;

    private static IntPtr _library;

    /// <summary>Calls functions in a library from now on. Only the first call has an effect.</summary>
    /// <param name="library">The handle of libssl, whose dependency libcrypto has the functions. It is never closed.</param>
    public static void Use(IntPtr library)
    {
        if (Interlocked.CompareExchange(ref _library, library, IntPtr.Zero) == IntPtr.Zero)
        {
            NativeLibrary.SetDllImportResolver(typeof(OpenSsl).Assembly, Resolve);
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Library ? _library : IntPtr.Zero;

    [DllImport(Library, EntryPoint = "OpenSSL_version_num", ExactSpelling = true)]
    public static extern CULong VersionNumber();

    [DllImport(Library, EntryPoint = "EVP_PKEY_CTX_new_from_name", ExactSpelling = true)]
    public static extern KeyContext NewContext(IntPtr libraryContext, byte[] algorithm, IntPtr properties);

    [DllImport(Library, EntryPoint = "EVP_PKEY_CTX_free", ExactSpelling = true)]
    private static extern void FreeContext(IntPtr context);

    [DllImport(Library, EntryPoint = "EVP_PKEY_fromdata_init", ExactSpelling = true)]
    public static extern int BeginKey(KeyContext context);

    [DllImport(Library, EntryPoint = "EVP_PKEY_fromdata", ExactSpelling = true)]
    public static extern int MakeKey(KeyContext context, ref IntPtr key, int selection, [In] Parameter[] parameters);

    [DllImport(Library, EntryPoint = "ERR_set_mark", ExactSpelling = true)]
    public static extern int MarkErrors();

    [DllImport(Library, EntryPoint = "ERR_pop_to_mark", ExactSpelling = true)]
    public static extern int DropErrorsSinceMark();

    /// <summary>A named value, as OSSL_PARAM in core.h lays it out. The default is the end of a list.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Parameter
    {
        private readonly IntPtr _name;
        private readonly uint _type;
        private readonly IntPtr _data;
        private readonly UIntPtr _size;
        private readonly UIntPtr _returnedSize;

        /// <param name="name">Its name, ended by a zero octet, which does not move.</param>
        /// <param name="data">An unsigned integer in the order of the machine's octets, which does not move.</param>
        /// <param name="size">How many octets it has.</param>
        public Parameter(IntPtr name, IntPtr data, int size)
        {
            _name = name;
            _type = UnsignedInteger;
            _data = data;
            _size = (UIntPtr)size;
            _returnedSize = UIntPtr.MaxValue;
        }
    }

    /// <summary>An EVP_PKEY_CTX.</summary>
    internal sealed class KeyContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }
}
