namespace EmailAuth.Fuzz.Support;

/// <summary>Lets the answers of a resolver come after their questions, one by one in an order of the caller's choosing: what may be asked ahead is.</summary>
internal static class LateAnswers
{
    public static T Run<T>(this ScriptedResolver held, Random order, Func<ValueTask<T>> check)
    {
        var pending = check();
        while (!pending.IsCompleted)
        {
            // Answers run on this thread, unless so many wait for one that the stack would not do: then some go on elsewhere.
            var isAsked = held.Waiting > 0 || SpinWait.SpinUntil(() => pending.IsCompleted || held.Waiting > 0, TimeSpan.FromSeconds(20));
            FindingException.ThrowIf(!isAsked, "the check waits for something that it did not ask for");
            if (held.Waiting == 0)
            {
                continue;
            }

            held.AnswerOne(order.Next(held.Waiting));
        }

        return pending.GetAwaiter().GetResult();
    }
}
