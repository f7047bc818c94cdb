namespace EmailAuth.Samples.Tests;

/// <summary>The tests of a mail flow, run as a user runs them.</summary>
public sealed class MailFlowTestsTests
{
    [Fact]
    public Task The_page_says_what_happens() => SamplePage.Of("MailFlowTests").PrintsAsync("dotnet run");
}
