using System.Collections.Immutable;
using EmailAuth.Dkim;
using EmailAuth.Milter.Protocol;
using EmailAuth.Syntax;

/// <summary>Signs what a user of the submission server sends as our domain, and refuses anything else: nothing leaves unsigned.</summary>
internal sealed class SigningHandler(DkimSigner signer, DomainName domain) : MilterHandler
{
    private const string FieldName = "DKIM-Signature";

    private DkimSigningSession? _message;
    private bool _headerHasEnded;

    public static MilterConnectionOptions Options { get; } = new()
    {
        RequiredActions = MilterActions.AddHeaders,
        Steps = MilterSteps.HeaderLeadingSpace, // the bytes as they are
        Macros = ImmutableSortedDictionary<MilterMacroStage, string>.Empty.Add(MilterMacroStage.Mail, "{auth_authen}"),
    };

    public override ValueTask<MilterResponse> OnMailAsync(
        MilterContext context, string reversePath, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        Forget();
        _message = new DkimSigningSession(signer.Options);
        return new(context.Macros["auth_authen"] is null ? MilterResponse.Refuse("530 5.7.0 Authentication required") : MilterResponse.Continue);
    }

    public override ValueTask<MilterResponse> OnHeaderAsync(
        MilterContext context, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        _message!.AddHeaderField(name.Span, value.Span);
        return new(MilterResponse.Continue);
    }

    public override ValueTask<MilterResponse> OnEndOfHeadersAsync(MilterContext context, CancellationToken cancellationToken)
    {
        _headerHasEnded = true;
        _message!.EndOfHeaders();

        // Your rule of who may write as whom: here, every user as any address of the domain.
        return new(_message.Author.Domain == domain ? MilterResponse.Continue : MilterResponse.Refuse($"550 5.7.1 From must have an address of {domain}"));
    }

    public override ValueTask<MilterResponse> OnBodyAsync(MilterContext context, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _message!.AppendBody(piece.Span);
        return new(MilterResponse.Continue);
    }

    public override async ValueTask<MilterResponse> OnEndOfMessageAsync(
        MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
    {
        // An MTA may leave out the end of the header before an empty body.
        if (!_headerHasEnded && await OnEndOfHeadersAsync(context, cancellationToken) is var answer && answer != MilterResponse.Continue)
        {
            return answer;
        }

        DkimSigning signing = await _message!.CompleteAsync(signer, cancellationToken);
        if (signing.Reason is not null)
        {
            return MilterResponse.Refuse("550 5.6.0 The message cannot be signed: it is malformed");
        }

        modifications.InsertHeader(0, FieldName, signing.Fields[0][(FieldName.Length + 1)..]);
        Forget();
        return MilterResponse.Continue;
    }

    public override ValueTask OnAbortAsync(MilterContext context) => OnCloseAsync(context);

    public override ValueTask OnCloseAsync(MilterContext context)
    {
        Forget();
        return default;
    }

    private void Forget()
    {
        _message?.Dispose();
        (_message, _headerHasEnded) = (null, false);
    }
}
