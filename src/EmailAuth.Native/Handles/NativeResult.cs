using System.Diagnostics;

namespace EmailAuth.Native.Handles;

/// <summary>
/// A result for C callers. Each text is written to unmanaged memory at the first call that asks for it, and lives until the result is freed.
/// </summary>
internal sealed class NativeResult(AuthenticationOutcome outcome)
{
    private readonly Lock _lock = new();
    private readonly NativeText?[] _texts = new NativeText?[FirstField + (2 * outcome.FieldsToRemove.Length)];
    private NativeMethods? _methods;
    private bool _isFreed;

    private const int FirstField = (int)ResultText.Json + 1;

    public AuthenticationOutcome Outcome => outcome;

    /// <summary>A text; null when the result has no text of that kind.</summary>
    public NativeText? Text(ResultText text) => Kept((int)text, text switch
    {
        ResultText.Header => static o => o.Header,
        ResultText.HeaderValue => static o => o.HeaderValue,
        ResultText.HeaderValueLf => static o => o.HeaderValue.Replace("\r\n", "\n", StringComparison.Ordinal),
        ResultText.ExtendedHeader => static o => o.ExtendedHeader,
        ResultText.ExtendedHeaderValue => static o => o.ExtendedHeaderValue,
        ResultText.ExtendedHeaderValueLf => static o => o.ExtendedHeaderValue?.Replace("\r\n", "\n", StringComparison.Ordinal),
        ResultText.Reason => static o => o.Disposition.Reason,
        ResultText.ReasonCode => static o => o.Disposition.ReasonCode,
        ResultText.SmtpReply => static o => o.Disposition.Reply?.ToString(),
        ResultText.ReplyEnhancedCode => static o => o.Disposition.Reply?.EnhancedCode,
        ResultText.ReplyText => static o => o.Disposition.Reply?.Text,
        ResultText.PublishedPolicy => PolicyText.Published,
        ResultText.AppliedDisposition => PolicyText.Applied,
        ResultText.Json => static o => o.ToJson(),
        _ => throw new UnreachableException(),
    });

    public NativeText FieldName(int index) => Kept(FirstField + (2 * index), o => o.FieldsToRemove[index].Name)!;

    public NativeText FieldReason(int index) => Kept(FirstField + (2 * index) + 1, o => o.FieldsToRemove[index].Reason)!;

    /// <summary>The results by method. Their texts live until the result is freed.</summary>
    public NativeMethods Methods()
    {
        lock (_lock)
        {
            CheckFreed();
            return _methods ??= new NativeMethods(outcome);
        }
    }

    public void Free()
    {
        lock (_lock)
        {
            _isFreed = true;
            _methods?.Free();
            foreach (var text in _texts)
            {
                text?.Free();
            }
        }
    }

    private NativeText? Kept(int place, Func<AuthenticationOutcome, string?> write)
    {
        lock (_lock)
        {
            CheckFreed();
            return _texts[place] ??= write(outcome) is { } text ? NativeText.OfSender(text) : null;
        }
    }

    private void CheckFreed()
    {
        if (_isFreed)
        {
            throw new InteropException(Status.Handle, "The result is being freed.");
        }
    }
}
