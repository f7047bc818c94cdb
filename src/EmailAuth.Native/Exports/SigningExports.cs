using System.Runtime.InteropServices;
using EmailAuth.Native.Signing;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on one message that is signed or sealed. Their contract is in emailauth.h.</summary>
internal static unsafe class SigningExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_header")]
    public static int Header(nint signing, byte* name, nuint nameLength, byte* value, nuint valueLength)
    {
        try
        {
            Handle.Table.Find<NativeSigning>(signing).AddHeaderField(Input.Bytes(name, nameLength, "name"), Input.Bytes(value, valueLength, "value"));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_end_of_headers")]
    public static int EndOfHeaders(nint signing)
    {
        try
        {
            Handle.Table.Find<NativeSigning>(signing).EndOfHeaders();
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_body")]
    public static int Body(nint signing, byte* chunk, nuint length)
    {
        try
        {
            Handle.Table.Find<NativeSigning>(signing).AppendBody(Input.Chunk(chunk, length, "chunk"));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_message")]
    public static int Message(nint signing, byte* chunk, nuint length)
    {
        try
        {
            Handle.Table.Find<NativeSigning>(signing).AppendMessage(Input.Chunk(chunk, length, "chunk"));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_complete")]
    public static int Complete(nint signing)
    {
        try
        {
            Handle.Table.Find<NativeSigning>(signing).Complete();
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_field_count")]
    public static int FieldCount(nint signing, nuint* count)
    {
        try
        {
            Input.CheckOutput(count, "count");
            *count = (nuint)Handle.Table.Find<NativeSigning>(signing).Texts().Fields.Length;
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_field")]
    public static int WholeField(nint signing, nuint number, byte** text, nuint* length)
    {
        try
        {
            Write(Field(signing, number).Whole, text, length);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_field_name")]
    public static int FieldName(nint signing, nuint number, byte** text, nuint* length)
    {
        try
        {
            Write(Field(signing, number).Name, text, length);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_field_value_lf")]
    public static int FieldValueLf(nint signing, nuint number, byte** text, nuint* length)
    {
        try
        {
            Write(Field(signing, number).ValueLf, text, length);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_reason")]
    public static int Reason(nint signing, byte** text, nuint* length)
    {
        try
        {
            Write(Handle.Table.Find<NativeSigning>(signing).Texts().Reason, text, length);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_reason_code")]
    public static int ReasonCode(nint signing, byte** text, nuint* length)
    {
        try
        {
            Write(Handle.Table.Find<NativeSigning>(signing).Texts().ReasonCode, text, length);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signing_free")]
    public static int Free(nint signing)
    {
        try
        {
            if (signing != 0)
            {
                var freed = Handle.Table.Find<NativeSigning>(signing);
                freed.Take();
                Handle.Table.Remove<NativeSigning>(signing);
                freed.Free();
            }
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    private static SignedTexts.Field Field(nint signing, nuint number)
    {
        var fields = Handle.Table.Find<NativeSigning>(signing).Texts().Fields;
        return number < (nuint)fields.Length
            ? fields[number]
            : throw new InteropException(Status.Argument, $"number: there is no field {number}; the message has {fields.Length} of them.");
    }

    private static void Write(NativeText? read, byte** text, nuint* length)
    {
        Input.CheckOutput(text, "text");
        *text = read is null ? null : read.Pointer;
        if (length is not null)
        {
            *length = read?.Length ?? 0;
        }
    }
}
