using System.Text;
using EmailAuth.Milter.Protocol;

/// <summary>Puts [list] before the subject. One instance serves one connection of the MTA.</summary>
internal sealed class SubjectTag : MilterHandler
{
    private string? _subject;

    public static MilterConnectionOptions Options { get; } = new() { RequiredActions = MilterActions.ChangeHeaders };

    public override ValueTask<MilterResponse> OnHeaderAsync(
        MilterContext context, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        if (Ascii.EqualsIgnoreCase(name.Span, "subject"u8))
        {
            _subject ??= Encoding.UTF8.GetString(value.Span).Trim();
        }

        return new(MilterResponse.Continue);
    }

    public override ValueTask<MilterResponse> OnEndOfMessageAsync(
        MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
    {
        modifications.ChangeHeader(1, "Subject", $"[list] {_subject}");
        _subject = null;
        return new(MilterResponse.Continue);
    }

    public override ValueTask OnAbortAsync(MilterContext context)
    {
        _subject = null;
        return default;
    }
}
