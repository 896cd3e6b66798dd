// Mocha passes over a promise that fails and that nobody waits for. Here it fails the test, as it would end the program.
process.on('unhandledRejection', (error) => {
  throw error;
});
