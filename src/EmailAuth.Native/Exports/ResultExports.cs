using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Native.Handles;
using EmailAuth.Policy;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on a result. Their contract is in emailauth.h.</summary>
internal static unsafe class ResultExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_header")]
    public static int Header(nint result, byte** text, nuint* length) => Read(result, ResultText.Header, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_header_value")]
    public static int HeaderValue(nint result, byte** text, nuint* length) => Read(result, ResultText.HeaderValue, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_header_value_lf")]
    public static int HeaderValueLf(nint result, byte** text, nuint* length) => Read(result, ResultText.HeaderValueLf, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_extended_header")]
    public static int ExtendedHeader(nint result, byte** text, nuint* length) => Read(result, ResultText.ExtendedHeader, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_extended_header_value")]
    public static int ExtendedHeaderValue(nint result, byte** text, nuint* length) => Read(result, ResultText.ExtendedHeaderValue, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_extended_header_value_lf")]
    public static int ExtendedHeaderValueLf(nint result, byte** text, nuint* length) => Read(result, ResultText.ExtendedHeaderValueLf, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_reason")]
    public static int Reason(nint result, byte** text, nuint* length) => Read(result, ResultText.Reason, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_reason_code")]
    public static int ReasonCode(nint result, byte** text, nuint* length) => Read(result, ResultText.ReasonCode, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_smtp_reply")]
    public static int SmtpReply(nint result, byte** text, nuint* length) => Read(result, ResultText.SmtpReply, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_reply_code")]
    public static int ReplyCode(nint result, int* code)
    {
        try
        {
            Input.CheckOutput(code, "code");
            *code = Handle.Table.Find<NativeResult>(result).Outcome.Disposition.Reply?.Code ?? 0;
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_reply_enhanced_code")]
    public static int ReplyEnhancedCode(nint result, byte** text, nuint* length) => Read(result, ResultText.ReplyEnhancedCode, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_reply_text")]
    public static int ReplyText(nint result, byte** text, nuint* length) => Read(result, ResultText.ReplyText, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_dmarc_policy")]
    public static int DmarcPolicy(nint result, byte** text, nuint* length) => Read(result, ResultText.PublishedPolicy, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_dmarc_disposition")]
    public static int DmarcDisposition(nint result, byte** text, nuint* length) => Read(result, ResultText.AppliedDisposition, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_json")]
    public static int Json(nint result, byte** text, nuint* length) => Read(result, ResultText.Json, text, length);

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_action")]
    public static int Action(nint result, int* action)
    {
        try
        {
            Input.CheckOutput(action, "action");
            *action = Handle.Table.Find<NativeResult>(result).Outcome.Disposition.Action switch
            {
                DispositionAction.Quarantine => 1,
                DispositionAction.Reject => 2,
                DispositionAction.TempFail => 3,
                DispositionAction.Accept => 0,
                _ => throw new UnreachableException(),
            };
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_field_count")]
    public static int FieldCount(nint result, nuint* count)
    {
        try
        {
            Input.CheckOutput(count, "count");
            *count = (nuint)Handle.Table.Find<NativeResult>(result).Outcome.FieldsToRemove.Length;
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_field")]
    public static int Field(nint result, nuint number, RemovableField* field)
    {
        try
        {
            Input.CheckOutput(field, "field");
            var read = Handle.Table.Find<NativeResult>(result);
            var fields = read.Outcome.FieldsToRemove;
            if (number >= (nuint)fields.Length)
            {
                throw new InteropException(Status.Argument, $"number: there is no field {number}; the result has {fields.Length} fields.");
            }

            var (name, reason) = (read.FieldName((int)number), read.FieldReason((int)number));
            *field = new RemovableField
            {
                Index = (uint)fields[(int)number].Index,
                Occurrence = (uint)fields[(int)number].Occurrence,
                Name = name.Pointer,
                NameLength = name.Length,
                Reason = reason.Pointer,
                ReasonLength = reason.Length,
            };
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_free")]
    public static int Free(nint result)
    {
        try
        {
            if (result != 0)
            {
                Handle.Table.Remove<NativeResult>(result).Free();
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    private static int Read(nint result, ResultText which, byte** text, nuint* length)
    {
        try
        {
            Input.CheckOutput(text, "text");
            var read = Handle.Table.Find<NativeResult>(result).Text(which);
            *text = read is null ? null : read.Pointer;
            if (length is not null)
            {
                *length = read?.Length ?? 0;
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
