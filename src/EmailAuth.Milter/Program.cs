using EmailAuth.Milter;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Service;

DescriptorLimit.Raise();
LogOutput.WriteWholeLines();
InlineSockets.Use();
return await MilterCommandLine.RunAsync(args, Console.Out, Console.Error);
