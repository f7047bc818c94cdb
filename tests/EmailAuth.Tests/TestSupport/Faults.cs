using System.Threading.Tasks.Sources;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.Threats;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Scripts for a <see cref="ScriptedResolver"/> that break a resolver's promises at one question.</summary>
internal static class Faults
{
    private static readonly DomainName Another = DomainName.ParseDnsName("another.example").Value!;

    /// <summary>Whether a fault is one that only the end of some time limit ends.</summary>
    public static bool Hangs(this Fault fault) => fault is Fault.Hangs or Fault.HangsForGood or Fault.AnswersAfterCancellation;

    /// <summary>A resolver that answers from another one, but for one question, counted from 1, at which it does what a fault says.</summary>
    public static ScriptedResolver At(IDnsResolver inner, int position, Fault fault)
    {
        var resolver = new ScriptedResolver(inner);
        resolver.Script = (number, question, cancellationToken) =>
            number == position ? () => Commit(resolver, inner, fault, question, cancellationToken) : null;
        return resolver;
    }

    /// <summary>The same at one question, whenever it is asked.</summary>
    public static ScriptedResolver At(IDnsResolver inner, string question, Fault fault)
    {
        var resolver = new ScriptedResolver(inner);
        resolver.Script = (_, asked, cancellationToken) =>
            ScriptedResolver.Text(asked) == question ? () => Commit(resolver, inner, fault, asked, cancellationToken) : null;
        return resolver;
    }

    /// <summary>The question that met the fault, or null when it did not come to that.</summary>
    public static string? QuestionAt(this ScriptedResolver resolver, int position) =>
        resolver.AskedCount >= position && position > 0 ? resolver.Asked[position - 1] : null;

    private static ValueTask<DnsResponse> Commit(
        ScriptedResolver resolver, IDnsResolver inner, Fault fault, DnsQuestion question, CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case Fault.Fails:
                return new ValueTask<DnsResponse>(DnsResponse.Failed(DnsFailure.ServerFailure, "SERVFAIL"));
            case Fault.AnswersForAnotherName:
                return inner.QueryAsync(
                    question.Address is null ? new DnsQuestion(Another, question.Type) : DnsQuestion.Pointers(System.Net.IPAddress.Loopback),
                    CancellationToken.None);
            case Fault.AnswersNull:
                return default;
            case Fault.Throws:
                throw new FaultException();
            case Fault.ThrowsLater:
                return ThrowLaterAsync();
            case Fault.CancelsByItself:
                return ValueTask.FromCanceled<DnsResponse>(new CancellationToken(canceled: true));
            case Fault.AnswersTwice:
                return new ValueTask<DnsResponse>(new DoubleSource(AnswerOf(inner, question)), 0);
            case Fault.AnswersLate:
                return AnswerLateAsync(inner, question);
            case Fault.HangsForGood:
                return new ValueTask<DnsResponse>(new TaskCompletionSource<DnsResponse>().Task);
            case Fault.Hangs:
                return resolver.Silence(cancellationToken);
            case Fault.AnswersAfterCancellation:
                return resolver.Silence(cancellationToken, () => AnswerOf(inner, question));
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault.");
        }
    }

    private static DnsResponse AnswerOf(IDnsResolver inner, DnsQuestion question) =>
        inner.QueryAsync(question, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static async ValueTask<DnsResponse> ThrowLaterAsync()
    {
        await Task.Yield();
        throw new FaultException();
    }

    private static async ValueTask<DnsResponse> AnswerLateAsync(IDnsResolver inner, DnsQuestion question)
    {
        await Task.Yield();
        return await inner.QueryAsync(question, CancellationToken.None);
    }

    public sealed class FaultException() : Exception("a secret of the resolver");

    // Runs those that wait twice, as a source with a race in it would.
    private sealed class DoubleSource(DnsResponse answer) : IValueTaskSource<DnsResponse>
    {
        private bool _announced;

        public DnsResponse GetResult(short token) => answer;

        public ValueTaskSourceStatus GetStatus(short token) => _announced ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _announced = true;
            continuation(state);
            continuation(state);
        }
    }
}
