using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The settings of local policy.</summary>
public class PolicySettingsTests
{
    [Fact]
    public void Each_row_is_as_it_was_approved() => ApprovedPage.Verify("settings", "policy.txt", SettingsTableTests.Lines(PolicySettings.Rows));
}
