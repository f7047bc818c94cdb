using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Native.Signing;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on a private key. Their contract is in emailauth.h.</summary>
internal static unsafe class KeyExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_key_new")]
    public static int New(byte* pem, nuint length, byte* passphrase, nuint passphraseLength, nint* key)
    {
        try
        {
            Input.CheckOutput(key, "key");
            *key = 0;
            var text = Encoding.UTF8.GetString(Input.Written(pem, length, "pem"));
            var opening = passphrase is null && passphraseLength == 0 ? null : Encoding.UTF8.GetString(Input.Written(passphrase, passphraseLength, "passphrase"));
            *key = Handle.Table.Add(NativeKey.Load(text, opening));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_key_bits")]
    public static int Bits(nint key, int* bits)
    {
        try
        {
            Input.CheckOutput(bits, "bits");
            *bits = Handle.Table.Find<NativeKey>(key).Key.Bits;
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_key_record")]
    public static int Record(nint key, byte** text, nuint* length)
    {
        try
        {
            Input.CheckOutput(text, "text");
            var record = Handle.Table.Find<NativeKey>(key).Record();
            *text = record.Pointer;
            if (length is not null)
            {
                *length = record.Length;
            }
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_key_free")]
    public static int Free(nint key)
    {
        try
        {
            if (key != 0)
            {
                Handle.Table.Remove<NativeKey>(key).Free();
            }
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
