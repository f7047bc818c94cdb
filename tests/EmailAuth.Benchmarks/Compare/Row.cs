namespace EmailAuth.Benchmarks.Compare;

/// <summary>A line of a table: the items of the corpus that are timed, and those that show that the verdict is not always the same.</summary>
/// <param name="Name">What the items have in common.</param>
/// <param name="Timed">The items that are judged in turn while the clock runs.</param>
/// <param name="Expected">The verdict of each of them.</param>
/// <param name="Others">Items that are judged once, before.</param>
/// <param name="OthersExpected">The verdict of each of those, or <see cref="AnythingButPass"/>.</param>
internal sealed record Row(string Name, int[] Timed, string Expected, int[] Others, string OthersExpected)
{
    /// <summary>Peers name the verdict on a message that was changed differently.</summary>
    public const string AnythingButPass = "not pass";

    public bool IsRight(string verdict) => verdict == Expected;

    public bool IsRightOfOthers(string verdict) => OthersExpected == AnythingButPass ? verdict != "pass" : verdict == OthersExpected;
}
