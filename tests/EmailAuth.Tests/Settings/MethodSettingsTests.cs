using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The settings of SPF, DKIM, ARC and DMARC.</summary>
public class MethodSettingsTests
{
    [Fact]
    public void Each_row_is_as_it_was_approved() => ApprovedPage.Verify("settings", "method.txt", SettingsTableTests.Lines(MethodSettings.Rows));
}
