using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Fuzz.Support;

/// <summary>Lets the answers of a resolver come after their questions, one by one in an order of the caller's choosing: what may be asked ahead is.</summary>
internal static class LateAnswers
{
    public static T Run<T>(this ScriptedResolver held, Random order, Func<ValueTask<T>> check)
    {
        var pending = check();
        while (!pending.IsCompleted)
        {
            FindingException.ThrowIf(held.Waiting == 0, "the check waits for something that it did not ask for");
            held.AnswerOne(order.Next(held.Waiting));
        }

        return pending.GetAwaiter().GetResult();
    }
}
